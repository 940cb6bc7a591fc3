import type { Part } from '../../src/conversation/parts.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { type Element, emojiOf, type Look, timeMacro } from './card-text.ts';
import { LIMIT } from './limits.ts';

/** Who is mentioned in one card. Teams finds them by the text that stands for them, so each has one of their own. */
export type Mentions = {
  /** The text that mentions somebody; null when they can't be mentioned. */
  of(userId: string, name: string): string | null;
  /** Those who are mentioned in what came to be a card's body, for its `msteams`. */
  entities(body: readonly Element[]): Element[];
};

export function createMentions(): Mentions {
  const texts = new Map<string, { text: string; name: string }>();
  return {
    of(userId, name) {
      const known = texts.get(userId);
      if (known !== undefined) return known.text;
      const shown = name.replaceAll(/[\s\p{C}*_~`[\]<>&\\#|{}=@:]+/gu, ' ').trim();
      if (shown === '' || shown.length > LIMIT.name || texts.size >= LIMIT.mentions) return null;
      const taken = new Set([...texts.values()].map((one) => one.name));
      let own = shown;
      for (let n = 2; taken.has(own); n += 1) own = `${shown} (${n})`;
      const made = { name: own, text: `<at>${own}</at>` };
      texts.set(userId, made);
      return made.text;
    },
    entities(body) {
      const said = textsOf(body);
      return [...texts]
        .filter(([, { text }]) => said.some((one) => one.includes(text)))
        .map(([id, { text, name }]) => ({ type: 'mention', text, mentioned: { id, name } }));
    },
  };
}

/** The texts in which somebody may be mentioned. */
function textsOf(elements: readonly Element[]): string[] {
  return elements.flatMap(({ type, text, items }) => {
    if (type === 'TextBlock' && typeof text === 'string') return [text];
    return Array.isArray(items) ? textsOf(items) : [];
  });
}

/** What may mean something in Markdown, or be made a link of. */
const LIVE = /[*_~`[\]<>&\\#|{}=\n\r\t@^$]|:\/\/|\bwww\.|\p{L}\.\p{L}|\s\s/iu;
const LIVE_BEGINNING = /^\s*(?:[-+>]|\d+[.)])/u;

/** Parts in which what is no name, or too long for one, is text like any other: it is cut, or seen to be blank. */
export function withNames(parts: readonly Part[]): Part[] {
  return parts.map((part) =>
    part.p === 'member' && (part.name.trim() === '' || part.name.length > LIMIT.name)
      ? { p: 'text', text: part.name, bold: part.bold, typed: true }
      : part,
  );
}

/** Whether a line mentions anybody. */
export function mentionsAnybody(parts: readonly Part[]): boolean {
  return parts.some(({ p }) => p === 'member');
}

/**
 * A line that mentions somebody, as a TextBlock: only there does Teams mention. But there it reads Markdown too, so
 * what a line of any other text than harmless words needs is a block beside it (`mentionLine`); null for those.
 */
export function mentionBlock(
  mentions: Mentions,
  parts: readonly Part[],
  look: Look = {},
  block: Element = {},
): Element | null {
  const plain = parts.map((part) => (part.p === 'text' ? part.text : '\u0001')).join('');
  if (LIVE.test(plain) || LIVE_BEGINNING.test(plain)) return null;
  const pieces = parts.map((part) => pieceOf(mentions, part));
  if (pieces.includes(null)) return null;
  const isAllBold = look.bold === true || parts.every((part) => !('bold' in part) || part.bold);
  const words = pieces.map((piece) => piece ?? '');
  const text = words
    .map((piece, i) => {
      const part = parts[i];
      const isStrong = part?.p === 'text' && part.bold && !isAllBold;
      return isStrong ? strong(piece, words[i - 1] ?? ' ', words[i + 1] ?? ' ') : piece;
    })
    .join('');
  return textBlock(text, { ...look, bold: isAllBold }, block);
}

/** Those whom a line names, mentioned by themselves; null where nobody can be. */
export function mentionLine(mentions: Mentions, parts: readonly Part[]): Element | null {
  const texts = parts.flatMap((part) =>
    part.p === 'member' ? (mentions.of(part.userId, part.name) ?? []) : [],
  );
  return texts.length === 0
    ? null
    : textBlock([...new Set(texts)].join(' '), { size: 'Small' }, { spacing: 'None' });
}

function pieceOf(mentions: Mentions, part: Part): string | null {
  switch (part.p) {
    case 'text':
      return part.text;
    case 'member':
      return mentions.of(part.userId, part.name);
    case 'time':
      return timeMacro(part.at);
    case 'emoji':
      return emojiOf(part.name);
    case 'link':
      return null;
    default:
      return unreachable(part);
  }
}

/** Bold words, where Markdown would see them as such between what stands beside them. */
function strong(text: string, before: string, after: string): string {
  const [, lead = '', words = '', trail = ''] = /^(\s*)(.*?)(\s*)$/su.exec(text) ?? [];
  const stands = (lead !== '' || /\s$/u.test(before)) && (trail !== '' || /^\s/u.test(after));
  return words === '' || !stands ? text : `${lead}**${words}**${trail}`;
}

function textBlock(
  text: string,
  { size, color, subtle = false, bold = false }: Look,
  block: Element,
): Element {
  return {
    type: 'TextBlock',
    ...block,
    text,
    wrap: true,
    ...(bold ? { weight: 'Bolder' } : {}),
    ...(size === undefined ? {} : { size }),
    ...(color === undefined ? {} : { color }),
    ...(subtle ? { isSubtle: true } : {}),
  };
}
