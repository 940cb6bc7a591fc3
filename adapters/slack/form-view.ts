import type { KnownBlock } from '@slack/types';
import type { Block } from '../../src/conversation/card.ts';
import { cutText } from '../../src/conversation/cut.ts';
import { ours } from '../../src/conversation/parts.ts';
import { words } from '../../src/conversation/words.ts';
import { createButtons } from './buttons.ts';
import type { DrawFormView } from './drawn.ts';
import { fieldBlocks } from './field-blocks.ts';
import { LIMIT } from './limits.ts';
import { shortBlocks } from './message.ts';
import type { FormMeta } from './meta.ts';
import { modal, shortTitle } from './modal.ts';
import { blockPieces, type Pen, shortPen } from './pieces.ts';
import { richText } from './rich-text.ts';

/** What the blocks above the fields, and those below, may take up, in characters. */
const AROUND = 12_000;

/** Draws a form as a modal: what it is about, its fields, and what stands against it. */
export const drawFormView: DrawFormView = (form, meta, context) => {
  const buttons = createButtons();
  const fields = form.fields.map((field) => fieldBlocks({ meta, context, buttons }, field));
  const rest = LIMIT.viewBlocks - 1 - fields.reduce((sum, { input }) => sum + input.length, 0);
  const notes = around(shortPen(context, buttons), form.notes, Math.min(rest - 1, 30));
  const source: Block[] =
    form.source === null || form.source.text.trim() === ''
      ? []
      : [{ b: 'quote', label: words.form.open.from, text: form.source.text }];
  const intro = around(
    shortPen(context, buttons),
    [...source, ...form.intro],
    Math.min(rest - notes.length, 30),
  );
  const room = rest - notes.length - intro.length;
  const isRoomy = room >= fields.reduce((sum, { more }) => sum + more.length, 0);
  const inputs = fields.flatMap(({ input, more }) => (isRoomy ? [...input, ...more] : input));
  const title = form.title.trim();
  const isWhole = shortTitle(title, title) === title;
  const heading: KnownBlock[] = isWhole ? [] : [richText([ours(cutText(title, LIMIT.sectionText), true)])];
  return modal({
    title: form.title,
    submit: form.submit,
    blocks: [...heading, ...intro, ...inputs, ...notes],
    meta: carried(meta),
  });
};

function around(pen: Pen, blocks: readonly Block[], room: number): KnownBlock[] {
  if (room < 1) return [];
  const pieces = blocks.flatMap((block) => blockPieces(pen, block));
  return shortBlocks(pen, pieces, [], { blocks: room, size: AROUND });
}

/** What the view carries. A link that is too long for it is left behind: the message it leads to is quoted. */
function carried(meta: FormMeta): FormMeta {
  const isLong = JSON.stringify(meta).length > LIMIT.metadata;
  return isLong && meta.source !== null ? { ...meta, source: { ...meta.source, link: null } } : meta;
}
