const segmenter = new Intl.Segmenter();

/** How much beyond the limit is looked at: what people see as one character can be many units. */
const LONGEST_CHARACTER = 64;

/**
 * The most of a text, in UTF-16 units, that fits into `max` (1 at least) without cutting a character that people
 * see as one; where a single one is longer than that, without cutting a surrogate pair.
 */
export function cutPoint(text: string, max: number): number {
  if (text.length <= max) return text.length;
  let end = 0;
  for (const { index, segment } of segmenter.segment(text.slice(0, max + LONGEST_CHARACTER))) {
    if (index + segment.length > max) break;
    end = index + segment.length;
  }
  if (end > 0) return end;
  return max > 1 && /[\uD800-\uDBFF]/.test(text.charAt(max - 1)) ? max - 1 : max;
}

/** A text cut to `max` units, at a word where one ends near, with "…" at its end; as it is where it fits. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, cutPoint(text, max - 1));
  const endsWord = /\s/.test(text.charAt(head.length));
  const space = endsWord ? -1 : head.search(/\s\S*$/);
  return `${(space > max * 0.6 ? head.slice(0, space) : head).trimEnd()}…`;
}

/** The beginning of a text that fits into `max` units (1 at least), up to the end of a word where one is near. */
export function firstStretch(text: string, max: number): string {
  const end = cutPoint(text, max);
  if (end === text.length) return text;
  const word = text.slice(0, end).search(/\s\S*$/) + 1;
  return text.slice(0, word > max * 0.6 ? word : end);
}
