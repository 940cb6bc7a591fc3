import type { Card, Inline } from '../../src/conversation/card.ts';

/** Everything somebody typed that a card shows, but for what can't be seen. */
export function typedOf(card: Card): string[] {
  const ofLine = (line: readonly Inline[]) =>
    line.flatMap((inline) => (inline.t === 'typed' ? [inline.text] : inline.t === 'member' ? [] : []));
  const typed = [
    ...ofLine(card.heading),
    ...card.blocks.flatMap((block): string[] => {
      switch (block.b) {
        case 'text':
        case 'note':
          return ofLine(block.line);
        case 'quote':
          return [block.label, block.text];
        case 'facts':
          return block.rows.flatMap(({ label, value }) => [label, ...ofLine(value)]);
        case 'draft':
          return [block.text, ...block.marks.map(({ words }) => words)];
        case 'list':
          return block.items.flatMap(({ line, detail }) => [...ofLine(line), ...ofLine(detail)]);
      }
    }),
  ];
  return typed.map(bare).filter((text) => text.trim() !== '');
}

/** Text without the invisible marks that keep scripts of different directions apart. */
export function bare(text: string): string {
  return text.replaceAll(/[\u2066-\u2069]/g, '');
}
