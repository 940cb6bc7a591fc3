/** A stretch of a draft; `mark` is the number (from 1) of the objection to it. */
export type Stretch = { text: string; mark: number | null };

/** Cuts a draft where words are objected to. Words that don't occur, or that overlap earlier ones, are skipped. */
export function markText(text: string, marks: readonly { words: string }[]): Stretch[] {
  const found = marks
    .map(({ words }, i) => ({ from: indexOf(text, words), length: words.length, mark: i + 1 }))
    .filter(({ from, length }) => from !== -1 && length > 0)
    .toSorted((a, b) => a.from - b.from);
  const stretches: Stretch[] = [];
  let at = 0;
  for (const { from, length, mark } of found) {
    if (from < at) continue;
    if (from > at) stretches.push({ text: text.slice(at, from), mark: null });
    stretches.push({ text: text.slice(from, from + length), mark });
    at = from + length;
  }
  if (at < text.length) stretches.push({ text: text.slice(at), mark: null });
  return stretches;
}

function indexOf(text: string, words: string): number {
  const exact = text.indexOf(words);
  if (exact !== -1) return exact;
  // Lower-casing can change a text's length, and then its positions say nothing.
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower.indexOf(words.toLowerCase()) : -1;
}
