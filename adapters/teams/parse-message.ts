import { type Activity, type Mention, Message } from './activity.ts';
import { decodeEntities } from './html-text.ts';
import type { What } from './told.ts';

/**
 * What somebody wrote, or a button that came as a message (Action.Submit). Mentions are read by what Teams says of
 * them: Kept's own goes, others become names.
 */
export function parseMessage(
  body: unknown,
  activity: Activity,
  where: { kind: 'personal' | 'group' | 'channel' },
): What | null {
  const message = Message.safeParse(body);
  if (!message.success) {
    return null;
  }
  const { text, value, entities, attachments } = message.data;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { kind: 'press', data: value, on: activity.replyToId ?? null, how: 'submit' };
  }
  const us = activity.recipient?.id ?? null;
  const said = withoutMentions(text ?? '', entities, us);
  const isMentioned = entities.some(({ mentioned }) => us !== null && mentioned.id === us);
  return {
    kind: 'message',
    text: tidy(isEscaped(said, attachments) ? decodeEntities(said) : said),
    toUs: where.kind === 'personal' || isMentioned,
    activityId: activity.id ?? '',
  };
}

/** More are in no message that somebody wrote. */
const MENTIONS = 200;

/** The text with Kept's mention taken out and every other one as a name, each where it stands, once. */
function withoutMentions(text: string, mentions: readonly Mention[], us: string | null): string {
  let said = '';
  let rest = text;
  const waiting = mentions.slice(0, MENTIONS).map((mention) => ({ mention, tag: tagOf(mention) }));
  for (;;) {
    const next = waiting
      .map((one, index) => ({ ...one, index, at: one.tag === '' ? -1 : rest.indexOf(one.tag) }))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined) {
      return said + rest;
    }
    const { mention, tag, at } = next;
    const name = us !== null && mention.mentioned.id === us ? '' : (mention.mentioned.name ?? inside(tag));
    said += rest.slice(0, at) + name;
    rest = rest.slice(at + tag.length);
    waiting.splice(next.index, 1);
  }
}

/** What stands in the text for a mention. Some chats leave it out, and it is what it always is. */
function tagOf({ text, mentioned }: Mention): string {
  return (
    text ?? (mentioned.name === null || mentioned.name === undefined ? '' : `<at>${mentioned.name}</at>`)
  );
}

function inside(tag: string): string {
  return tag.replaceAll(/<[^<>]*>/gu, '');
}

const ENTITY = /&(?:nbsp|lt|gt|amp|quot|apos|#\d{1,7});/iu;
const ESCAPED_ENTITY = /&amp;(?:nbsp|lt|gt|amp|quot|apos|#\d{1,7});/iu;

/** Some clients send the text as HTML has it. Who typed `&lt;` themselves has it escaped in the HTML beside it. */
function isEscaped(text: string, html: readonly { content: string }[]): boolean {
  return ENTITY.test(text) && html.length > 0 && !html.some(({ content }) => ESCAPED_ENTITY.test(content));
}

/** Without what clients put around a mention, and at the ends of lines. */
function tidy(text: string): string {
  return text
    .replaceAll('\u00A0', ' ')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}
