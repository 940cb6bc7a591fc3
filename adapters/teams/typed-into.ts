import { z } from 'zod';
import { firstStretch } from '../../src/conversation/cut.ts';
import { FIELD } from './meta.ts';

const Data = z.record(z.string(), z.unknown());
/** Ids and choices are nothing to be copied. */
const CHOSEN = /^(?:-|yes|no|member:.*|new:|[0-9a-f]{8}-[0-9a-f]{4}-.*)$/iu;

/** What one quote of a message shows whole, in characters. */
const STRETCH = 1_000;

/** Every text that was typed into a form, of whatever version; a long one in stretches, so that all of it is shown. */
export function typedInto(data: unknown): string[] {
  return Object.entries(Data.catch({}).parse(data)).flatMap(([id, value]): string[] => {
    const isField = id.startsWith(FIELD) || id.startsWith('new.');
    return isField && typeof value === 'string' && value.trim() !== '' && !CHOSEN.test(value)
      ? stretches(value)
      : [];
  });
}

function stretches(text: string): string[] {
  const first = firstStretch(text, STRETCH);
  return first === text ? [text] : [first, ...stretches(text.slice(first.length))];
}
