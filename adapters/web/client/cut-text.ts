/**
 * The beginning of a text that is too long for the screen, or null when it isn't: at most `chars` UTF-16 units
 * and `lines` lines, ending at a word where one is near, and never in the middle of a character.
 */
export function cutText(text: string, chars: number, lines: number): string | null {
  const breaks = nthBreak(text, lines);
  const limit = Math.min(chars, breaks ?? Infinity);
  if (text.length <= limit) return null;
  const head = wholeCharacters(text, limit);
  const space = head.search(/\s\S*$/);
  return (space > limit * 0.7 ? head.slice(0, space) : head).trimEnd();
}

function nthBreak(text: string, lines: number): number | null {
  let at = -1;
  for (let line = 0; line < lines; line++) {
    at = text.indexOf('\n', at + 1);
    if (at === -1) return null;
  }
  return text.slice(at).trim() === '' ? null : at;
}

function wholeCharacters(text: string, limit: number): string {
  // What people see as one character can be many units; a family emoji is eleven.
  const near = text.slice(0, limit + 32);
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter().segment(near)) {
    if (index + segment.length > limit) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
