import type { Inline } from '../../../src/conversation/card.ts';
import { unreachable } from '../../../src/domain/unreachable.ts';
import { Moment } from './moment.tsx';
import { TypedInline } from './typed-text.tsx';

/** A line of a card. */
export function Line({ line }: { line: readonly Inline[] }) {
  // A line never changes its parts' order, so their index names them.
  return line.map((inline, i) => <Part key={`${i}-${inline.t}`} inline={inline} />);
}

function Part({ inline }: { inline: Inline }) {
  switch (inline.t) {
    case 'text':
      return inline.text;
    case 'strong':
      return <strong dir="auto">{inline.text}</strong>;
    case 'typed':
      return <TypedInline text={inline.text} />;
    case 'link':
      return (
        <a href={inline.url} target="_blank" rel="noopener noreferrer">
          {inline.text}
        </a>
      );
    case 'member':
      return <span className="member">{inline.name}</span>;
    case 'time':
      return <Moment at={inline.at} also={inline.also} />;
    default:
      return unreachable(inline);
  }
}
