import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { ChatMessage } from '../../../adapters/web/chat.ts';
import { MessagesPage, SayResult, WebReply } from '../../../adapters/web/wire.ts';
import type { Action } from '../../../src/conversation/card.ts';
import type { Form } from '../../../src/conversation/form.ts';
import type { Intent } from '../../../src/conversation/intent.ts';
import { submitOf } from '../../support/console-client.ts';
import type { Arrival, Shown, Snapshot } from '../checker/recording.ts';
import { type Answer, type Button, type Hand, type Pressed, type Sheet, within } from './hand.ts';
import { NAMES, type Name, type Tenant } from './setting.ts';

const ROOM = 'care';
const WAITS_MS = 10_000;
const PAGE = 200;
const place = { connection: 'console', channel: ROOM };

type Parts = { tenant: Tenant; url: () => string };

/** The people of the console, over the API that its pages use. */
export function consoleHand({ tenant, url }: Parts): Hand {
  /** Answered with 200, within the time that people wait; null where not. */
  async function call<Schema extends z.ZodType>(
    who: Name,
    schema: Schema,
    path: string,
    body?: unknown,
  ): Promise<{ got: z.infer<Schema>; at: number } | { got: null; at: number | null }> {
    const glue = path.includes('?') ? '&' : '?';
    const init =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await within(
      WAITS_MS,
      fetch(`${url()}/api${path}${glue}as=${tenant.members[who]}`, {
        ...init,
        signal: AbortSignal.timeout(WAITS_MS),
      }).then(async (response) => ({ status: response.status, json: await response.json() })),
    );
    const at = Date.now();
    if (answer === null || answer.status >= 500) return { got: null, at: null };
    if (answer.status !== 200) return { got: null, at };
    return { got: schema.parse(answer.json), at };
  }

  const want = (who: Name, intent: Intent) => call(who, WebReply, '/intent', { intent });
  const page = (who: Name, room: string, thread?: string) =>
    call(
      who,
      MessagesPage,
      `/messages?room=${room}${thread === undefined ? '' : `&thread=${thread}`}&limit=${PAGE}`,
    );

  function buttonsOf(message: ChatMessage): Button[] {
    if (message.body.kind !== 'card' || message.author.kind !== 'kept') return [];
    return message.body.card.actions.map(
      (action: Action, index): Button => ({
        action: action.id,
        subject: action.subject,
        spot: { post: message.id, conversation: message.room, index },
        label: action.label,
      }),
    );
  }

  function sheetOf(who: Name, form: Form): Sheet {
    const submit = async (values: Record<string, string>, isAgain = false): Promise<Answer> => {
      const { got, at } = await want(who, submitOf(form, values));
      if (got === null) return { outcome: at === null ? 'unknown' : 'rejected', ackedAt: at };
      const isWarning = got.kind === 'form' && got.form.fields.every(({ error }) => error === null);
      if (isWarning && !isAgain) return submit(values, true);
      return { outcome: got.kind === 'done' ? 'done' : 'rejected', ackedAt: at };
    };
    return { form: form.id, fields: form.fields.map(({ name }) => name), submit: (values) => submit(values) };
  }

  return {
    tenant,
    buttons: async (who) => {
      const [roots, own] = [await page(who, ROOM), await page(who, `dm:${tenant.members[who]}`)];
      const found = [...(roots.got?.messages ?? []), ...(own.got?.messages ?? [])];
      const buttons = found.flatMap(buttonsOf);
      for (const { id, replies } of (roots.got?.messages ?? []).slice(-12)) {
        const thread = replies === null ? null : await page(who, ROOM, id);
        buttons.push(...(thread?.got?.messages ?? []).flatMap(buttonsOf));
      }
      return buttons;
    },
    press: async (who, button, how = {}): Promise<Pressed> => {
      const nonce = randomUUID();
      const press = () =>
        want(who, { kind: 'press', action: button.action, subject: button.subject, place, nonce });
      const { got, at } = await press();
      if (how.twice === true) await press();
      if (got === null) return { kind: 'answer', outcome: 'unknown', ackedAt: at };
      return got.kind === 'form'
        ? { kind: 'sheet', sheet: sheetOf(who, got.form), ackedAt: at }
        : { kind: 'answer', outcome: 'taken in', ackedAt: at };
    },
    open: async (who, words) => {
      const { got } = await call(who, SayResult, '/say', {
        room: ROOM,
        threadId: null,
        text: `/care ${words}`,
        nonce: randomUUID(),
      });
      return got?.reply.kind === 'form' ? sheetOf(who, got.reply.form) : null;
    },
    say: async (who, caseId, words) => {
      const roots = await page(who, ROOM);
      const root = roots.got?.messages.find((message) =>
        buttonsOf(message).some(({ subject }) => subject.caseId === caseId),
      );
      if (root === undefined) return null;
      const text = { room: ROOM, threadId: root.id, text: words, nonce: randomUUID() };
      const { got, at } = await call(who, SayResult, '/say', text);
      return got === null ? { outcome: 'unknown', ackedAt: at } : { outcome: 'done', ackedAt: at };
    },
  };
}

/** All that stands in the console, read as its people read it. */
export async function consoleArrivals(
  { tenant, url }: Parts,
  kept: Snapshot,
): Promise<{ arrivals: Arrival[]; shown: Shown[] }> {
  const keyOf = new Map(
    kept.posts
      .filter(({ workspaceId }) => workspaceId === tenant.workspaceId)
      .map(({ ref, key }) => [ref, key]),
  );
  const all = async (who: Name, room: string, thread: string | null): Promise<ChatMessage[]> => {
    const found: ChatMessage[] = [];
    for (let before: number | null = null; ; before = found[0]?.seq ?? null) {
      const query = new URLSearchParams({
        as: tenant.members[who],
        room,
        limit: String(PAGE),
        ...(thread === null ? {} : { thread }),
        ...(before === null ? {} : { before: String(before) }),
      });
      const response = await fetch(`${url()}/api/messages?${query.toString()}`);
      const { messages, more } = MessagesPage.parse(await response.json());
      found.unshift(...messages);
      if (!more) return found;
    }
  };
  const roots = await all('Ada', ROOM, null);
  const threads = await Promise.all(
    roots.filter(({ replies }) => replies !== null).map(({ id }) => all('Ada', ROOM, id)),
  );
  const direct = await Promise.all(
    NAMES.map(async (name) => ({ name, messages: await all(name, `dm:${tenant.members[name]}`, null) })),
  );
  const arrival = (message: ChatMessage, where: Arrival['where']): Arrival[] =>
    message.author.kind === 'kept'
      ? [
          {
            at: message.at,
            connection: 'console',
            where,
            ref: message.id,
            key: keyOf.get(message.id) ?? null,
            payload: JSON.stringify(message.body),
            isCut: false,
            by: null,
          },
        ]
      : [];
  return {
    arrivals: [
      ...[...roots, ...threads.flat()].flatMap((message) =>
        arrival(message, { kind: 'channel', id: ROOM, thread: message.threadId }),
      ),
      ...direct.flatMap(({ name, messages }) =>
        messages.flatMap((message) => arrival(message, { kind: 'direct', person: tenant.members[name] })),
      ),
    ],
    shown: [],
  };
}
