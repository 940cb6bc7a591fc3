import type { Block } from '../../../src/conversation/card.ts';
import { unreachable } from '../../../src/domain/unreachable.ts';
import { Actions } from './action-button.tsx';
import { lineWords } from './card-words.ts';
import { type Spot, useDesk } from './desk.ts';
import { DraftBlock } from './draft-block.tsx';
import { Line } from './line.tsx';
import { TypedText } from './typed-text.tsx';

/** The blocks of a card or a form, one below the other. */
export function Blocks({ blocks, spot }: { blocks: readonly Block[]; spot: Spot }) {
  // Blocks are drawn anew as a whole, so their index names them.
  return blocks.map((block, i) => <BlockView key={`${i}-${block.b}`} block={block} spot={spot} />);
}

function BlockView({ block, spot }: { block: Block; spot: Spot }) {
  switch (block.b) {
    case 'text':
      return (
        <p className="block-text" dir="auto">
          <Line line={block.line} />
        </p>
      );
    case 'note':
      return (
        <p className="block-note" dir="auto">
          <Line line={block.line} />
        </p>
      );
    case 'quote':
      return (
        <figure className="block-quote">
          <figcaption>{block.label}</figcaption>
          <blockquote>
            <TypedText text={block.text} chars={420} lines={6} />
          </blockquote>
        </figure>
      );
    case 'facts':
      return (
        <dl className="block-facts">
          {block.rows.map(({ label, value }, i) => (
            <div key={`${i}-${label}`}>
              <dt>{label}</dt>
              <dd dir="auto">
                <Line line={value} />
              </dd>
            </div>
          ))}
        </dl>
      );
    case 'draft':
      return <DraftBlock text={block.text} marks={block.marks} />;
    case 'list':
      return <ListBlock block={block} spot={spot} />;
    default:
      return unreachable(block);
  }
}

function ListBlock({ block, spot }: { block: Extract<Block, { b: 'list' }>; spot: Spot }) {
  const { zone } = useDesk().me;
  return (
    <ul className="block-list">
      {block.items.map(({ line, detail, tone, actions }, i) => (
        <li key={`${i}-${lineWords(line, zone)}`} className={`tone-${tone}`}>
          <div className="list-words">
            <p className="list-line" dir="auto">
              <Line line={line} />
            </p>
            {detail.length > 0 && (
              <p className="list-detail" dir="auto">
                <Line line={detail} />
              </p>
            )}
          </div>
          {actions.length > 0 && (
            <fieldset aria-label={lineWords(line, zone)}>
              <Actions actions={actions} spot={spot} />
            </fieldset>
          )}
        </li>
      ))}
    </ul>
  );
}
