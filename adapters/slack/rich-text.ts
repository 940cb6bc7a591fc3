import type {
  ContextBlock,
  RichTextBlock,
  RichTextBlockElement,
  RichTextElement,
  RichTextText,
} from '@slack/types';
import type { Part } from '../../src/conversation/parts.ts';
import { plainTime } from '../../src/conversation/spoken.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { LIMIT } from './limits.ts';
import { DATE_FORMAT, dateToken } from './mrkdwn.ts';

type ContextElement = ContextBlock['elements'][number];

/** Parts as a block of rich text, in which no text is ever read as markup. */
export function richText(parts: readonly Part[]): RichTextBlock {
  return richBlock([{ type: 'rich_text_section', elements: richElements(parts) }]);
}

/** Somebody's words, set apart, under what they are. */
export function richQuote(label: readonly Part[], parts: readonly Part[]): RichTextBlock {
  return richBlock([
    ...(label.length > 0 ? [{ type: 'rich_text_section' as const, elements: richElements(label) }] : []),
    { type: 'rich_text_quote', elements: richElements(parts) },
  ]);
}

/** Words to be copied: Slack offers it on them. */
export function richDraft(label: readonly Part[], parts: readonly Part[]): RichTextBlock {
  const elements = parts.flatMap((part) => (part.p === 'text' ? textElements(part) : []));
  return richBlock([
    ...(label.length > 0 ? [{ type: 'rich_text_section' as const, elements: richElements(label) }] : []),
    { type: 'rich_text_preformatted', elements },
  ]);
}

function richBlock(elements: RichTextBlockElement[]): RichTextBlock {
  return { type: 'rich_text', elements };
}

function richElements(parts: readonly Part[]): RichTextElement[] {
  return parts.flatMap((part): RichTextElement[] => {
    switch (part.p) {
      case 'text':
        return textElements(part);
      case 'link':
        return [{ type: 'link', url: part.url, text: part.text }];
      case 'member':
        return [{ type: 'user', user_id: part.userId, ...styled(part.bold) }];
      case 'time':
        return [
          {
            type: 'date',
            timestamp: Math.floor(part.at / 1_000),
            format: DATE_FORMAT,
            fallback: plainTime(part.at),
            ...styled(part.bold),
          },
        ];
      case 'emoji':
        return [{ type: 'emoji', name: part.name }];
      default:
        return unreachable(part);
    }
  });
}

function textElements({ text, bold }: Extract<Part, { p: 'text' }>): RichTextText[] {
  return text === '' ? [] : [{ type: 'text', text, ...styled(bold) }];
}

function styled(bold: boolean) {
  return bold ? { style: { bold } } : {};
}

/**
 * Parts as small print; null where there are more than Slack takes, and then it is rich text. Words are plain
 * text there, and only times and emoji are markup, for Slack has no other way to draw them small.
 */
export function smallPrint(parts: readonly Part[]): ContextBlock | null {
  const elements: ContextElement[] = [];
  const plain = (text: string) => {
    const last = elements.at(-1);
    if (last?.type === 'plain_text') last.text += text;
    else elements.push({ type: 'plain_text', text, emoji: false });
  };
  for (const part of parts) {
    switch (part.p) {
      case 'text': {
        const last = elements.at(-1);
        // A full stop stays with the time before it: elements stand apart.
        const stop = last?.type === 'mrkdwn' && !part.typed ? (/^[.,;:)]+/.exec(part.text)?.[0] ?? '') : '';
        if (last?.type === 'mrkdwn') last.text += stop;
        if (part.text.length > stop.length) plain(part.text.slice(stop.length));
        break;
      }
      case 'link':
        // As rich text: here it would take markup around an address.
        return null;
      case 'member':
        plain(part.name);
        break;
      case 'time':
        elements.push({ type: 'mrkdwn', text: dateToken(part.at), verbatim: true });
        break;
      case 'emoji':
        elements.push({ type: 'mrkdwn', text: `:${part.name}:`, verbatim: true });
        break;
      default:
        return unreachable(part);
    }
  }
  const seen = elements.filter((element) => element.type === 'image' || element.text.trim() !== '');
  const fits = seen.every((element) => element.type === 'image' || element.text.length <= LIMIT.contextText);
  return fits && seen.length > 0 && seen.length <= LIMIT.contextElements
    ? { type: 'context', elements: seen }
    : null;
}
