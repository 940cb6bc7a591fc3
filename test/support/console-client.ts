import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { ChatMessage } from '../../adapters/web/chat.ts';
import { MessagesPage, SayResult, Session, WebReply } from '../../adapters/web/wire.ts';
import type { Action, ActionId, Card, Subject } from '../../src/conversation/card.ts';
import { Card as CardSchema } from '../../src/conversation/card.ts';
import type { Form, Values } from '../../src/conversation/form.ts';
import type { Intent } from '../../src/conversation/intent.ts';

const place = { connection: 'console', channel: 'care' };

/** Drives a running Kept as its pages do: over HTTP, with the eyes of one member after another. */
export function consoleClient(port: number) {
  const base = `http://127.0.0.1:${port}`;

  async function call<T extends z.ZodType>(schema: T, path: string, body?: unknown): Promise<z.infer<T>> {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${base}${path}`, init);
    const json: unknown = await response.json();
    if (!response.ok) {
      throw new Error(`${path} answered ${response.status}: ${JSON.stringify(json)}`);
    }
    return schema.parse(json);
  }

  async function session() {
    const { workspace } = await call(Session, '/api/session');
    if (workspace === null) {
      throw new Error('There is no team yet');
    }
    return workspace;
  }

  /** The console with the eyes of the member whose name begins so. */
  async function as(name: string) {
    const member = (await session()).members.find((one) => one.name.startsWith(name));
    if (member === undefined) {
      throw new Error(`Nobody is called ${name}`);
    }
    const eyes = `as=${member.id}`;
    const intent = (wanted: Intent) => call(WebReply, `/api/intent?${eyes}`, { intent: wanted });
    const read = async (room: string, thread?: string): Promise<ChatMessage[]> => {
      const rest = thread === undefined ? '' : `&thread=${thread}`;
      return (await call(MessagesPage, `/api/messages?${eyes}&room=${room}${rest}&limit=200`)).messages;
    };
    const command = (text: string) =>
      call(SayResult, `/api/say?${eyes}`, {
        room: 'care',
        threadId: null,
        text: `/care ${text}`,
        nonce: randomUUID(),
      });
    const submit = (form: Form, values: Values) => intent(submitOf(form, values));
    return {
      id: member.id,
      command,
      submit,
      read,
      intent,
      preview: (form: Form, values: Values) =>
        intent({
          kind: 'preview',
          form: form.id,
          nonce: form.nonce,
          subject: form.subject,
          source: form.source,
          place,
          values: { ...valuesOf(form), ...values },
        }),
      /** The form that `/care <text>` opens. */
      openForm: async (text: string) => formOf((await command(text)).reply),
      press: (action: ActionId, subject: Subject) => intent({ kind: 'press', action, subject, place }),
      /** Presses a button that opens a form, and sends the form filled in. */
      fill: async (action: ActionId, subject: Subject, values: Values) =>
        submit(formOf(await intent({ kind: 'press', action, subject, place })), values),
      say: (thread: string, text: string) =>
        call(SayResult, `/api/say?${eyes}`, { room: 'care', threadId: thread, text, nonce: randomUUID() }),
      /** Every card that the member sees in a channel's roots. */
      cards: async (room: string, thread?: string) => cardsOf(await read(room, thread)),
      dm: async () => cardsOf(await read(`dm:${member.id}`)),
      board: () => call(CardSchema, `/api/board?${eyes}`),
    };
  }

  return {
    as,
    session,
    startExample: () =>
      fetch(`${base}/api/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ kind: 'example' }),
      }),
    get: (path: string) => fetch(`${base}${path}`),
  };
}

export type ConsoleClient = ReturnType<typeof consoleClient>;

/** The form in a reply; throws with what came instead. */
export function formOf(reply: WebReply): Form {
  if (reply.kind !== 'form') {
    throw new Error(`A form was expected, and ${JSON.stringify(reply)} came`);
  }
  return reply.form;
}

/** A form of the console's channel, sent with what was typed into it; all else as it stood there. */
export function submitOf(form: Form, values: Values): Intent {
  const { id, nonce, subject, source } = form;
  return {
    kind: 'submit',
    form: id,
    nonce,
    subject,
    source,
    place,
    values: { ...valuesOf(form), ...values },
  };
}

/** What a form holds as it is shown. */
export function valuesOf(form: Form): Values {
  return Object.fromEntries(form.fields.map(({ name, value }) => [name, value]));
}

/** All words of a card in a line. */
export function wordsOf(card: Card): string {
  const parts: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) walk(one);
    } else if (node !== null && typeof node === 'object') {
      for (const [key, value] of Object.entries(node)) {
        if (typeof value === 'string' && ['text', 'name', 'label'].includes(key)) parts.push(value);
        else walk(value);
      }
    }
  };
  walk(card);
  return parts.join(' ').replaceAll(/\s+/g, ' ');
}

/** The button of that name in the first card that has it. */
export function buttonIn(cards: readonly Card[], id: ActionId): Action {
  const found = cards.flatMap(({ actions }) => actions).find((action) => action.id === id);
  if (found === undefined) {
    throw new Error(`No card has the button ${id}: ${JSON.stringify(cards.map(wordsOf))}`);
  }
  return found;
}

/** Buttons of a card, by their ids. */
export function buttonsOf(card: Card): ActionId[] {
  return card.actions.map(({ id }) => id);
}

function cardsOf(messages: readonly ChatMessage[]): Card[] {
  return messages.flatMap(({ body }) => (body.kind === 'card' ? [body.card] : []));
}
