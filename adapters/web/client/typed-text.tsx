import { useState } from 'react';
import { cutText } from './cut-text.ts';

type Props = { text: string; chars?: number; lines?: number };

/** What somebody wrote, as text whatever it holds, in its own direction; cut where it is very long. */
export function TypedText({ text, chars = 700, lines = 12 }: Props) {
  const { shown, toggle } = useCut(text, chars, lines);
  return (
    <div className="typed-text">
      <p dir="auto">{shown}</p>
      {toggle}
    </div>
  );
}

/** The same within a line. */
export function TypedInline({ text, chars = 240 }: { text: string; chars?: number }) {
  const { shown, toggle } = useCut(text, chars, 3);
  return (
    <>
      <bdi className="typed-inline">{shown}</bdi>
      {toggle && <> {toggle}</>}
    </>
  );
}

function useCut(text: string, chars: number, lines: number) {
  const [all, setAll] = useState(false);
  const cut = cutText(text, chars, lines);
  if (cut === null) return { shown: text, toggle: null };
  const toggle = (
    <button type="button" className="plain-link" aria-expanded={all} onClick={() => setAll(!all)}>
      {all ? 'Show less' : `Show all (${text.length.toLocaleString('en')} characters)`}
    </button>
  );
  return { shown: all ? text : `${cut}…`, toggle };
}
