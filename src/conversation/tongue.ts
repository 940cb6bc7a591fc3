import { unreachable } from '../domain/unreachable.ts';
import type { Block, Card, Inline } from './card.ts';
import type { Form } from './form.ts';

/** How commands begin in our own words. */
const COMMAND = /\/care(?=$|[\s.,:])/gu;

/** A card whose own words name a command as the surface has it, `@Kept list` for `/care list`. What people typed stays. */
export function cardInTongue(card: Card, command: string): Card {
  return { ...card, heading: lineIn(card.heading, command), blocks: blocksIn(card.blocks, command) };
}

/** The same of a form. */
export function formInTongue(form: Form, command: string): Form {
  const said = (text: string | null) => (text === null ? null : text.replaceAll(COMMAND, command));
  return {
    ...form,
    intro: blocksIn(form.intro, command),
    notes: blocksIn(form.notes, command),
    fields: form.fields.map((field) => ({ ...field, hint: said(field.hint), error: said(field.error) })),
  };
}

function blocksIn(blocks: readonly Block[], command: string): Block[] {
  return blocks.map((block): Block => {
    switch (block.b) {
      case 'text':
      case 'note':
        return { ...block, line: lineIn(block.line, command) };
      case 'facts':
        return {
          ...block,
          rows: block.rows.map(({ label, value }) => ({
            label: label.replaceAll(COMMAND, command),
            value: lineIn(value, command),
          })),
        };
      case 'list':
        return {
          ...block,
          items: block.items.map((item) => ({
            ...item,
            line: lineIn(item.line, command),
            detail: lineIn(item.detail, command),
          })),
        };
      case 'quote':
      case 'draft':
        return block;
      default:
        return unreachable(block);
    }
  });
}

function lineIn(line: readonly Inline[], command: string): Inline[] {
  return line.map((part) =>
    part.t === 'text' || part.t === 'strong'
      ? { ...part, text: part.text.replaceAll(COMMAND, command) }
      : part,
  );
}
