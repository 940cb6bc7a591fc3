import { type Activity, CardAction, Dialog, Link, Search } from './activity.ts';
import { htmlText } from './html-text.ts';
import type { AboutMessage, What } from './told.ts';

/** By the name of an invoke, how what it carries is read. Null when it can't be. */
const INVOKES: Readonly<Record<string, (value: unknown, activity: Activity) => What | null>> = {
  'adaptiveCard/action': (value, { replyToId }) => {
    const pressed = CardAction.safeParse(value);
    return pressed.success
      ? {
          kind: 'press',
          data: pressed.data.action.data ?? null,
          on: replyToId ?? null,
          how: pressed.data.trigger === 'automatic' ? 'refresh' : 'execute',
        }
      : null;
  },
  'task/fetch': (value) => dialog(value, 'task', 'fetch'),
  'task/submit': (value) => dialog(value, 'task', 'submit'),
  'composeExtension/fetchTask': (value) => dialog(value, 'extension', 'fetch'),
  'composeExtension/submitAction': (value) => dialog(value, 'extension', 'submit'),
  'composeExtension/queryLink': (value) => {
    const asked = Link.safeParse(value);
    return asked.success ? { kind: 'link', url: asked.data.url } : null;
  },
  'application/search': (value) => {
    const asked = Search.safeParse(value);
    return asked.success
      ? {
          kind: 'suggest',
          query: asked.data.queryText,
          dataset: asked.data.dataset === 'customers' ? 'customers' : 'people',
        }
      : null;
  },
};

/** What Teams waits for an answer to; `unknown` for an invoke of another kind. */
export function parseInvoke(
  body: { name?: unknown; value?: unknown },
  activity: Activity,
): What | null | 'unknown' {
  const { name, value } = body;
  const read = typeof name === 'string' && Object.hasOwn(INVOKES, name) ? INVOKES[name] : undefined;
  return read === undefined ? 'unknown' : read(value, activity);
}

function dialog(value: unknown, of: 'task' | 'extension', step: 'fetch' | 'submit'): What | null {
  const asked = Dialog.safeParse(value);
  if (!asked.success) {
    return null;
  }
  const { data, messagePayload } = asked.data;
  const about = messagePayload === null || messagePayload === undefined ? null : aboutOf(messagePayload);
  return { kind: 'dialog', data: data ?? null, of, step, about };
}

function aboutOf(payload: NonNullable<ReturnType<typeof Dialog.parse>['messagePayload']>): AboutMessage {
  const { body, subject, from, linkToMessage } = payload;
  const content = body?.content ?? '';
  const text = body?.contentType === 'text' ? content.trim() : htmlText(content);
  const title = (subject ?? '').trim();
  const isLink = linkToMessage !== null && linkToMessage !== undefined && /^https?:\/\//u.test(linkToMessage);
  return {
    text: title === '' ? text : `${title}\n${text}`.trim(),
    author: from?.user?.displayName ?? null,
    link: isLink ? linkToMessage : null,
  };
}
