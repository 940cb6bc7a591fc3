import type { Block } from '../../src/conversation/card.ts';
import { cutText } from '../../src/conversation/cut.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import type { Field, Form } from '../../src/conversation/form.ts';
import { formInTongue } from '../../src/conversation/tongue.ts';
import { words } from '../../src/conversation/words.ts';
import { buttonRows, pressButton } from './buttons.ts';
import { type Element, plainText } from './card-text.ts';
import type { DrawForm } from './drawn.ts';
import { type FieldPen, inputsOf, isTyped, roomFor, shownOf } from './field-inputs.ts';
import { type Along, alongOf } from './form-values.ts';
import { LIMIT } from './limits.ts';
import { adaptiveCard, backButton, COMMAND, shortPieces } from './message.ts';
import type { FormMeta } from './meta.ts';
import { blockPieces, bytesIn, type Pen, type Piece, piece, rowPieces, shortPen } from './pieces.ts';

const said = drawingWords.field;
/** How small fields may become to fit, and in what steps. */
const LEAST_SHARE = 0.01;
const STEP = 0.8;

/** Draws a form as a card: what it is about, its fields, what stands against it, and its buttons. */
export const drawForm: DrawForm = (asked, given, context) => {
  const form = formInTongue(asked, COMMAND);
  const meta = carried(given);
  const title = cutText(form.title.replaceAll(/\s+/g, ' ').trim(), LIMIT.label);
  const heading = title === '' ? [] : [piece(plainText(title, { size: 'Medium', bold: true }))];
  const { pieces: fields, along } = fittingFields(form, { meta, context, share: 1, most: mostTyped(form) });
  const style = 'primary' as const;
  const submit = pressButton(context.host, form.submit, { do: 'submit', meta }, { style, along });
  const buttons = rowPieces([submit, ...backButton(context, meta.under)]);
  const source: Block[] =
    form.source === null || form.source.text.trim() === ''
      ? []
      : [{ b: 'quote', label: words.form.open.from, text: form.source.text }];
  // The same drafts and quotes stand above and below: one pen, so that no id comes twice.
  const room = LIMIT.form - bytesIn([...heading, ...fields, ...buttons]);
  const pen = shortPen({ ...context, whole: null });
  const notes = around(pen, form.notes, room);
  const intro = around(pen, [...source, ...form.intro], room - bytesIn(notes));
  const spoken = title === '' ? drawingWords.app : title;
  return adaptiveCard([...heading, ...intro, ...fields, ...notes, ...buttons], spoken);
};

/** How much may be typed into each field, in characters. */
function mostTyped({ fields }: Form): number {
  return Math.min(LIMIT.inputValue, Math.floor(LIMIT.typed / Math.max(fields.filter(isTyped).length, 1)));
}

/** Fields with as much of what was typed as there is room for, which is mostly all of it. */
function fittingFields(form: Form, pen: FieldPen): { pieces: Piece[]; along: Along } {
  const cut = Object.fromEntries(
    form.fields.flatMap((field) => {
      const shown = shownOf(pen, field);
      return isTyped(field) && shown !== field.value ? [[field.name, shown.length]] : [];
    }),
  );
  const along = alongOf(form, cut);
  const pieces = form.fields.flatMap((field, i) => fieldPieces({ ...pen, along }, field, form.fields[i + 1]));
  return bytesIn(pieces) <= LIMIT.fields || pen.share < LEAST_SHARE
    ? { pieces, along }
    : fittingFields(form, { ...pen, share: pen.share * STEP });
}

/** A field with what is wrong with it, how it was read and what could be meant. */
function fieldPieces(pen: FieldPen & { along: Along }, field: Field, next: Field | undefined): Piece[] {
  const { input, value, error, hint, live } = field;
  const { inputs, isCut } = inputsOf(pen, field);
  const small = (text: string, look = {}) =>
    plainText(
      cutText(text, roomFor(pen, LIMIT.hint)),
      { size: 'Small', subtle: true, ...look },
      { spacing: 'Small' },
    );
  const below: Element[] = [];
  if (error !== null && error.trim() !== '') {
    const look = { color: 'Attention' as const, bold: true };
    below.push(plainText(cutText(said.error(error), roomFor(pen, LIMIT.error)), look, { spacing: 'Small' }));
  }
  if (input.kind === 'time' && input.resolved !== null && input.resolved.trim() !== '') {
    below.push(small(said.resolved(input.resolved), { color: 'Good', subtle: false }));
  }
  if (input.kind === 'customer' && value.startsWith('new:')) below.push(small(said.isNew(value.slice(4))));
  if (isTyped(field) && shownOf(pen, field) !== value) below.push(small(said.beginning));
  if (isCut) below.push(small(said.fewer));
  if (input.kind === 'channel') below.push(small(said.channelHint));
  if (hint !== null && hint.trim() !== '') below.push(small(hint));
  // One *Check* for fields that follow each other: it looks at all of them. Each time has its own, if there is room.
  const isLast = (input.kind === 'time' && pen.share === 1) || next?.live !== true;
  const rows = buttonRows([...choiceButtons(pen, field), ...(live && isLast ? [checkButton(pen)] : [])]);
  return [piece({ type: 'Container', spacing: 'Medium', items: [...inputs, ...below, ...rows] })];
}

function choiceButtons(
  { meta, context, share, along }: FieldPen & { along: Along },
  { name, input }: Field,
): Element[] {
  if (input.kind !== 'time') return [];
  return input.choices
    .filter(({ value }) => value.length <= LIMIT.optionValue)
    .slice(0, Math.floor(LIMIT.choices * share))
    .map(({ value, label }) => {
      const set = { field: name, value };
      return pressButton(context.host, label, { do: 'preview', meta, set }, { along });
    });
}

function checkButton({ meta, context, along }: FieldPen & { along: Along }): Element {
  return pressButton(context.host, said.check, { do: 'preview', meta, set: null }, { along });
}

function around(pen: Pen, blocks: readonly Block[], room: number): Piece[] {
  const pieces = blocks.flatMap((block, i) => blockPieces(pen, block, [], i > 0));
  return pieces.length === 0 ? [] : shortPieces(pen, pieces, [], Math.max(room, 0));
}

/** What the buttons carry. A link that is too long is left behind: the message it leads to is quoted. */
function carried(meta: FormMeta): FormMeta {
  const { source } = meta;
  const isLong = source?.link !== undefined && source.link !== null && source.link.length > LIMIT.link;
  return isLong ? { ...meta, source: { ...source, link: null } } : meta;
}
