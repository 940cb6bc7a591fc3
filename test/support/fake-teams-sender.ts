import { buttonIn, type Typing, withTyped } from './fake-teams-cards.ts';
import { createEnvelopes, type MessagePayload, messagePayload, type Whose } from './fake-teams-envelope.ts';
import { createLifecycle } from './fake-teams-lifecycle.ts';
import {
  cardOf,
  type FakePost,
  type FakeTenant,
  type FakeWorld,
  invokeId,
  isRecord,
  nextId,
  tenantOf,
} from './fake-teams-world.ts';

/** What Kept answered to a request. */
export type Heard = { status: number; body: string; json: Record<string, unknown> | null; ms: number };

/** How a request differs from a good one. */
export type Sending = {
  authorization?: string | null;
  headers?: Record<string, string>;
  /** Put over the activity, at its top. */
  more?: Record<string, unknown>;
};

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * The other direction: activities to Kept as Teams sends them. Shapes from learn.microsoft.com (Teams' bots, Universal
 * Actions, message extensions, dialogs) and the Bot Framework's Activity. `to` is where Kept listens.
 */
export function createSender(
  world: FakeWorld,
  to: () => string,
  tokenFor: (serviceUrl: string) => Promise<string | null>,
) {
  const envelopes = createEnvelopes(world);
  const { bot, at, envelope } = envelopes;

  /** Any body; with a good token, unless told otherwise. */
  async function raw(body: string, sending: Sending = {}, serviceUrl = ''): Promise<Heard> {
    const token = sending.authorization === undefined ? await tokenFor(serviceUrl) : null;
    const authorization = sending.authorization ?? (token === null ? null : `Bearer ${token}`);
    const begun = performance.now();
    const response = await fetch(`${to()}/api/messages`, {
      method: 'POST',
      headers: {
        'content-type': JSON_TYPE,
        ...(authorization === null ? {} : { authorization }),
        ...sending.headers,
      },
      body,
    });
    const text = await response.text();
    return { status: response.status, body: text, json: objectOf(text), ms: performance.now() - begun };
  }

  function activity(what: Record<string, unknown>, sending: Sending = {}): Promise<Heard> {
    const whole: Record<string, unknown> = { ...what, ...sending.more };
    const { serviceUrl } = whole;
    return raw(JSON.stringify(whole), sending, typeof serviceUrl === 'string' ? serviceUrl : '');
  }

  function invoke(
    whose: Whose,
    name: string,
    value: unknown,
    about: { id?: string | undefined; on?: FakePost | undefined },
    sending?: Sending,
  ) {
    const id = about.id ?? invokeId();
    const told = envelope(whose, id, about.on?.root ?? whose.root ?? null);
    return activity(
      {
        ...told,
        type: 'invoke',
        name,
        value,
        ...(about.on === undefined ? {} : { replyToId: about.on.id }),
        channelData: {
          ...told.channelData,
          source: { name: 'message' },
          legacy: { replyToId: about.on?.id },
        },
      },
      sending,
    );
  }

  function postOf(tenant: FakeTenant, id: string): FakePost {
    const found = tenant.posts.find((post) => post.id === id);
    if (found === undefined) throw new Error(`There is no post ${id} in ${tenant.name}`);
    return found;
  }

  /** What somebody has before them of a post: what they were given in its place, or its card. */
  function cardFor(tenantId: string, postId: string, person: string): Record<string, unknown> {
    const post = postOf(tenantOf(world, tenantId), postId);
    const card = post.seen.get(person) ?? cardOf(post.activity);
    if (card === null) throw new Error(`The post ${postId} has no card`);
    return card;
  }

  /** What Teams does with the answer to a press: the card in it is for that person alone. */
  function follow(heard: Heard, post: FakePost, person: string): void {
    const value = heard.json?.['value'];
    if (
      heard.status === 200 &&
      heard.json?.['type'] === 'application/vnd.microsoft.card.adaptive' &&
      isRecord(value)
    ) {
      world.saw(value, 'answer');
      post.seen.set(person, value);
    }
  }

  type Press = Whose & {
    on: string;
    /** The words on the button, or the start of them. */
    button?: string;
    /** In the place of `button`: what it carries. */
    data?: unknown;
    typing?: Typing;
    /** The same press again has the same one. */
    id?: string;
  };

  /** What a press brings along: the button's data, and beside them what stands in the card's inputs. */
  function pressed({ tenant, on, person, button, data, typing = {} }: Press) {
    const card = cardFor(tenant, on, person);
    const action = button === undefined ? null : buttonIn(card, button);
    const own = action === null ? data : action['data'];
    return { action, data: { ...withTyped(card, typing), ...(isRecord(own) ? own : {}) } };
  }

  const dialog = (
    whose: Whose,
    name: string,
    value: Record<string, unknown>,
    id?: string,
    sending?: Sending,
  ) => invoke(whose, name, { ...value, context: { theme: 'default' } }, { id }, sending);

  return {
    ...createLifecycle(world, envelopes, activity),
    raw,
    /** Any activity, with a good token. */
    activity,
    envelope,
    cardFor,
    /** A message of a person; `mention` puts `@Kept` before it. It stands in the conversation from then on. */
    message(
      what: Whose & { text: string; mention?: boolean; id?: string; textFormat?: string },
      sending?: Sending,
    ): Promise<Heard> & { id: string } {
      const tenant = tenantOf(world, what.tenant);
      const where = at(tenant, what);
      const id = what.id ?? nextId(world);
      const root = where.kind === 'channel' ? (what.root ?? id) : null;
      const told = envelope(what, id, root);
      const text = what.mention === true ? `<at>Kept</at> ${what.text}` : what.text;
      const mention = { type: 'mention', mentioned: bot, text: '<at>Kept</at>' };
      const whole = {
        ...told,
        type: 'message',
        textFormat: what.textFormat ?? 'plain',
        text,
        attachments: [{ contentType: 'text/html', content: `<div>${text}</div>` }],
        entities: [...(what.mention === true ? [mention] : []), ...told.entities],
      };
      if (!tenant.posts.some((post) => post.id === id)) {
        const at0 = { id, conversation: where.id, root, from: what.person, text, activity: whole };
        tenant.posts.push({ ...at0, edits: 0, seen: new Map() });
      }
      return Object.assign(activity(whole, sending), { id });
    },
    /** A press on a button of a card (Action.Execute). What comes of it is seen by that person alone. */
    async press(what: Press & { trigger?: 'manual' | 'automatic' }, sending?: Sending): Promise<Heard> {
      const { action, data } = pressed(what);
      const post = postOf(tenantOf(world, what.tenant), what.on);
      const value = {
        action: {
          type: 'Action.Execute',
          ...(typeof action?.['id'] === 'string' ? { id: action['id'] } : {}),
          ...(typeof action?.['title'] === 'string' ? { title: action['title'] } : {}),
          verb: action?.['verb'] ?? 'kept',
          data,
        },
        trigger: what.trigger ?? 'manual',
      };
      const heard = await invoke(what, 'adaptiveCard/action', value, { id: what.id, on: post }, sending);
      follow(heard, post, what.person);
      return heard;
    },
    /** What a client does by itself with a card that has `refresh` for somebody who looks at it. */
    async refresh(what: Whose & { on: string; id?: string }, sending?: Sending): Promise<Heard> {
      const post = postOf(tenantOf(world, what.tenant), what.on);
      const refresh = cardOf(post.activity)?.['refresh'];
      const action = isRecord(refresh) ? refresh['action'] : null;
      if (!isRecord(action)) throw new Error('The card has no refresh');
      const { type, verb, data } = action;
      const value = { action: { type, verb, data }, trigger: 'automatic' };
      const heard = await invoke(what, 'adaptiveCard/action', value, { id: what.id, on: post }, sending);
      follow(heard, post, what.person);
      return heard;
    },
    /** The same as `press` by a client that knows Action.Submit alone: a message without a text. */
    submit(what: Press, sending?: Sending): Promise<Heard> {
      const { data } = pressed(what);
      const post = postOf(tenantOf(world, what.tenant), what.on);
      const told = envelope(what, what.id ?? nextId(world), post.root);
      const source = { source: { name: 'message' }, legacy: { replyToId: post.id } };
      return activity(
        {
          ...told,
          type: 'message',
          replyToId: post.id,
          value: data,
          channelData: { ...told.channelData, ...source },
        },
        sending,
      );
    },
    /** A dialog's first card. */
    taskFetch: (what: Whose & { data: unknown; id?: string }, sending?: Sending) =>
      dialog(what, 'task/fetch', { data: what.data }, what.id, sending),
    taskSubmit: (what: Whose & { data: unknown; id?: string }, sending?: Sending) =>
      dialog(what, 'task/submit', { data: what.data }, what.id, sending),
    /** The extension's command, on a message or where one writes. */
    extensionFetch: (
      what: Whose & { message?: MessagePayload; id?: string; context?: 'compose' | 'commandBox' },
      sending?: Sending,
    ) =>
      dialog(
        what,
        'composeExtension/fetchTask',
        {
          commandId: 'openCase',
          commandContext: what.message === undefined ? (what.context ?? 'compose') : 'message',
          ...(what.message === undefined ? {} : { messagePayload: messagePayload(what.message) }),
        },
        what.id,
        sending,
      ),
    extensionSubmit: (
      what: Whose & { data: unknown; message?: MessagePayload; id?: string },
      sending?: Sending,
    ) =>
      dialog(
        what,
        'composeExtension/submitAction',
        {
          commandId: 'openCase',
          commandContext: what.message === undefined ? 'compose' : 'message',
          data: what.data,
          ...(what.message === undefined ? {} : { messagePayload: messagePayload(what.message) }),
        },
        what.id,
        sending,
      ),
    /** An address that the manifest names, in what somebody is writing. */
    link: (what: Whose & { url: string; id?: string }, sending?: Sending) =>
      invoke(what, 'composeExtension/queryLink', { url: what.url }, { id: what.id }, sending),
    /** Typing in a field with `choices.data` (Data.Query). */
    suggest: (
      what: Whose & { dataset: string; query: string; on?: string; data?: unknown; id?: string },
      sending?: Sending,
    ) => {
      const { dataset, query: queryText, data, on } = what;
      const tenant = tenantOf(world, what.tenant);
      return invoke(
        what,
        'application/search',
        { queryText, queryOptions: { skip: 0, top: 15 }, dataset, ...(data === undefined ? {} : { data }) },
        { id: what.id, ...(on === undefined ? {} : { on: postOf(tenant, on) }) },
        sending,
      );
    },
  };
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
