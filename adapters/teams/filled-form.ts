import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Values } from '../../src/conversation/form.ts';
import { notAMemberWords } from '../../src/conversation/no-member.ts';
import type { SentForm } from '../../src/conversation/sent-form.ts';
import { inputIds, readValues, withRest } from './form-values.ts';
import type { Asked } from './gated-deps.ts';
import { hearingWords as words } from './hearing-words.ts';
import type { FormMeta } from './meta.ts';
import type { Sources } from './source-text.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { WholeValues } from './whole-values.ts';

const Data = z.record(z.string(), z.unknown());

/** A form of ours as somebody has filled it in. `sent`: its inputs, with what they had no room for. */
export type FilledForm = SentForm & { meta: FormMeta; values: Values; sent: unknown };

/** Reads a form: people who were picked become members, and what fields had no room for comes back to them. */
export async function readForm(
  parts: { people: Asked['people']; sources: Sources; whole: Pick<WholeValues, 'read'> },
  connection: TeamsConnection,
  sent: { data: unknown; meta: FormMeta; personId: string; conversation: string | null },
): Promise<FilledForm> {
  const { data, meta, personId, conversation } = sent;
  const { values: read, people, cut } = readValues(data);
  const values = new Map(Object.entries(read));
  const faults = new Map<string, string>();
  const [source, whole] = await Promise.all([
    meta.source === null ? null : parts.sources.read(connection, personId, meta.source),
    meta.rest === null ? null : parts.whole.read(connection, personId, meta.rest),
    ...Object.entries(people).map(async ([field, picked]) => {
      const known = await parts.people.memberFor(connection, { personId: picked }, conversation);
      values.set(field, known.ok ? known.member.id : '');
      if (!known.ok) {
        faults.set(field, notAMemberWords[known.why]);
      }
    }),
  ]);
  const inputs = new Map(Object.entries(Data.catch({}).parse(data)));
  for (const [field, shown] of Object.entries(cut)) {
    const value = withRest(values.get(field) ?? '', whole?.[field] ?? '', shown);
    values.set(field, value);
    inputs.set(inputIds(field).field, value);
    if (whole === null) {
      faults.set(field, words.restGone);
    }
  }
  const all = Object.fromEntries(values);
  const { form, nonce, subject, place } = meta;
  return {
    meta,
    values: all,
    sent: Object.fromEntries(inputs),
    faults,
    isSeen: (warning) => markOf(warning) === meta.warned,
    intent: { form, nonce, subject, place, source, values: all },
  };
}

/** A short mark of what a form says against what was typed; empty for nothing. */
export function markOf(warning: string): string {
  return warning === '' ? '' : createHash('sha256').update(warning).digest('base64url').slice(0, 10);
}
