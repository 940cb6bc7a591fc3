import { useEffect, useId, useRef, useState } from 'react';
import { Icon } from './icon.tsx';
import { markText } from './marked-text.ts';

type Props = { text: string; marks: readonly { words: string; why: string }[] };

/** Words for the customer: copied by one click, with what is wrong in them marked and said why. */
export function DraftBlock({ text, marks }: Props) {
  const id = useId();
  const body = useRef<HTMLParagraphElement>(null);
  return (
    <figure className="draft" aria-label="Draft for the customer">
      <figcaption className="draft-head">
        <span>Draft, for you to send</span>
        <CopyButton text={text} body={body} />
      </figcaption>
      <p ref={body} className="draft-text" dir="auto">
        {markText(text, marks).map((stretch, i) =>
          stretch.mark === null ? (
            stretch.text
          ) : (
            <mark key={`${i}-${stretch.mark}`} aria-describedby={`${id}-${stretch.mark}`}>
              {stretch.text}
              <sup aria-hidden="true">{stretch.mark}</sup>
            </mark>
          ),
        )}
      </p>
      {marks.length > 0 && (
        <ol className="draft-marks" aria-label="What is wrong with it">
          {marks.map(({ words, why }, i) => (
            <li key={`${i}-${words}`} id={`${id}-${i + 1}`}>
              <q dir="auto">{words}</q> {why}
            </li>
          ))}
        </ol>
      )}
    </figure>
  );
}

function CopyButton({ text, body }: { text: string; body: React.RefObject<HTMLElement | null> }) {
  const [state, setState] = useState<'ready' | 'copied' | 'by hand'>('ready');
  useEffect(() => {
    if (state !== 'copied') return undefined;
    const timer = window.setTimeout(() => setState('ready'), 2_500);
    return () => window.clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      // Not allowed here (no HTTPS, or denied): select the words, and the reader copies them.
      if (body.current) window.getSelection()?.selectAllChildren(body.current);
      setState('by hand');
    }
  };
  return (
    <button type="button" className="button button-plain button-small" onClick={() => void copy()}>
      <Icon name={state === 'copied' ? 'check' : 'copy'} size={15} />
      <span aria-live="polite">
        {state === 'ready' ? 'Copy draft' : state === 'copied' ? 'Copied' : 'Press Ctrl+C'}
      </span>
    </button>
  );
}
