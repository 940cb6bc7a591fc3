import type { EmojiName, Part } from '../../src/conversation/parts.ts';
import { plainTime } from '../../src/conversation/spoken.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { unreachable } from '../../src/domain/unreachable.ts';

/** An element of an Adaptive Card, or a part of one. */
export type Element = Record<string, unknown>;

/** How text looks. */
export type Look = {
  size?: 'Small' | 'Medium' | 'Large';
  color?: 'Attention' | 'Good' | 'Warning' | 'Accent';
  subtle?: boolean;
  bold?: boolean;
};

const EMOJI = {
  warning: '⚠️',
  rotating_light: '🚨',
  white_check_mark: '✅',
} satisfies Record<EmojiName, string>;

/** Shown as nothing: what stands on both sides of it isn't read as one. */
const JOINER = '\u2060';

/**
 * Text as it is for where nothing is Markdown (text runs, labels, titles): all that clients read there are
 * `{{DATE(…)}}` and `{{TIME(…)}}`, and these are kept apart.
 */
export function inert(text: string): string {
  return text.replaceAll(/\{(?=\{+\s*(?:DATE|TIME))/gi, `{${JOINER}`);
}

/**
 * Text for where it may be read as Markdown, and phones show a backslash as it is: a fallback text. Marks that
 * nothing invisible can part from their meaning become others that look like them.
 */
export function inertMarkdown(text: string): string {
  return inert(text)
    .replaceAll('*', '∗')
    .replaceAll('`', 'ˋ')
    .replaceAll(/[<&\\[\]|~_@#]/g, `${JOINER}$&${JOINER}`)
    .replaceAll(/:(?=\/\/)|(?<=[\p{L}\p{N}])\.(?=[\p{L}\p{N}])/gu, `${JOINER}$&${JOINER}`)
    .replaceAll(/^[^\S\n]*([-+>=]|\d+[.)])/gm, `${JOINER}$1`)
    .replaceAll(/^[^\S\n]+/gm, '');
}

/** A time that each client words in its reader's zone. */
export function timeMacro(at: Instant): string {
  const iso = new Date(at).toISOString();
  // A year of more than four digits is no macro for any client.
  if (!/^\d{4}-/.test(iso)) return plainTime(at);
  const second = iso.replace(/\.\d+Z$/, 'Z');
  return `{{DATE(${second}, SHORT)}} {{TIME(${second})}}`;
}

/** Parts as a block of text runs, in which nothing is Markdown. Members are named. */
export function richText(parts: readonly Part[], look: Look = {}, block: Element = {}): Element {
  return { type: 'RichTextBlock', ...block, inlines: textRuns(parts, look) };
}

/** A block of plain words. */
export function plainText(text: string, look: Look = {}, block: Element = {}): Element {
  return richText([{ p: 'text', text, bold: false, typed: true }], look, block);
}

function textRuns(parts: readonly Part[], look: Look): Element[] {
  const runs: Element[] = [];
  let said = '';
  let isBold = false;
  const flush = () => {
    if (said !== '') runs.push(textRun(inert(said), isBold, look));
    said = '';
  };
  const say = (text: string, bold: boolean) => {
    if (bold !== isBold) flush();
    isBold = bold;
    said += text;
  };
  for (const part of parts) {
    switch (part.p) {
      case 'text':
        say(part.text, part.bold);
        break;
      case 'member':
        say(part.name, part.bold);
        break;
      case 'emoji':
        say(EMOJI[part.name], isBold);
        break;
      case 'link':
        flush();
        runs.push({
          ...textRun(inert(part.text), false, look),
          selectAction: { type: 'Action.OpenUrl', url: part.url },
        });
        break;
      case 'time':
        flush();
        runs.push(textRun(timeMacro(part.at), part.bold, look));
        break;
      default:
        return unreachable(part);
    }
  }
  flush();
  return runs;
}

function textRun(text: string, bold: boolean, look: Look): Element {
  const { size, color, subtle = false } = look;
  return {
    type: 'TextRun',
    text,
    ...(bold || look.bold === true ? { weight: 'Bolder' } : {}),
    ...(size === undefined ? {} : { size }),
    ...(color === undefined ? {} : { color }),
    ...(subtle ? { isSubtle: true } : {}),
  };
}

/** Parts as words alone, for a title or a fallback text; times are in UTC. */
export function wordsOf(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      switch (part.p) {
        case 'text':
        case 'link':
          return part.text;
        case 'member':
          return part.name;
        case 'time':
          return plainTime(part.at);
        case 'emoji':
          return '';
        default:
          return unreachable(part);
      }
    })
    .join('');
}

/** An emoji as clients show it. */
export function emojiOf(name: EmojiName): string {
  return EMOJI[name];
}
