import { z } from 'zod';
import type { Playground } from './playground.ts';
import { type Button, buttonsOf, wordsOf } from './playground-cards.ts';
import { type CardForm, cardForm, type Outcome } from './playground-form.ts';
import type { PlaygroundPage, Post } from './playground-page.ts';
import { BOT, type Person, people, type Room, rooms } from './playground-team.ts';
import type { PlaygroundWire } from './playground-wire.ts';
import { eventually } from './running-kept.ts';

const Said = z.object({ messageId: z.string(), postConversationId: z.string().optional() });
const Invoked = z.object({ type: z.string(), value: z.unknown() });
const Data = z.record(z.string(), z.unknown()).catch({});
const Failure = z.object({ message: z.string() });
/** A dialog goes on with a card, ends with a sentence, or just ends. */
const Dialog = z.object({
  task: z
    .union([
      z.object({ value: z.string() }),
      z.object({ value: z.object({ card: z.object({ content: z.unknown() }) }) }),
    ])
    .nullish(),
});

/** A post as one person sees it: another card stands there for them alone after they pressed something. */
export type Sight = { post: Post; card: unknown; words: string };
/** Where something is said and read: a room, a thread of one, or (nothing) one's chat with Kept. */
export type Spot = { room?: Room; thread?: string };

/** Drives instances as people do: by words, presses and forms, with the eyes of one after the other. */
export function playgroundClient({
  wire,
  windows,
  onSeen,
}: {
  wire: PlaygroundWire;
  windows: ReadonlyMap<Person, { playground: Playground; page: PlaygroundPage }>;
  onSeen: (card: unknown, host: 'card' | 'dialog') => void;
}) {
  /** What stands in a post's place for one person alone, until the post is changed for all. */
  const aside = new Map<string, { card: unknown; version: number }>();
  const typed = new Map<string, Map<string, string>>();
  const [first] = windows.values();
  const hold = (key: string) => {
    const mine = typed.get(key) ?? new Map<string, string>();
    typed.set(key, mine);
    return mine;
  };

  /** What a person sees and does. */
  function as(name: Person) {
    const me = people[name];
    const window = (spot: Spot) => {
      const found = inRoom(spot) ? first : windows.get(name);
      if (found === undefined) throw new Error(`${name} has no Playground`);
      return found;
    };

    async function call(spot: Spot, path: string, body: object): Promise<unknown> {
      const response = await fetch(`${window(spot).playground.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
      return text === '' ? {} : JSON.parse(text);
    }

    const say = async (text: string, spot: Spot, mentions: object[]): Promise<string> => {
      const conversation = spot.thread ?? (spot.room === undefined ? me.chat : rooms[spot.room]);
      if (inRoom(spot) && first?.playground.name !== name) wire.willSay(text, name);
      const path = `/_conversation/v1/conversations/${encodeURIComponent(conversation)}/messages`;
      const body = { type: 'text', text, textFormat: 'plain', from: { id: me.userId }, mentions };
      return Said.parse(await call(spot, path, body)).postConversationId ?? conversation;
    };

    function seen(post: Post): Sight {
      const mine = aside.get(`${name} ${post.id}`);
      const card = mine?.version === post.version ? mine.card : post.card;
      return { post, card, words: card === null ? post.text : wordsOf(card) };
    }
    const posts = (spot: Spot) => window(spot).page.posts();
    const again = (post: Post) =>
      posts(spotOf(post)).find(({ id }) => id === post.id) ?? missing(`The post ${post.id} is gone`);

    async function send(post: Post, action: Button['action'], data: object): Promise<Outcome> {
      const at = { from: { id: me.userId }, conversation: { id: post.conversation }, replyToId: post.id };
      if (action['type'] !== 'Action.Execute') {
        await call(spotOf(post), '/_conversation/v1/submit', { ...at, value: data });
        return { kind: 'message', text: '' };
      }
      const { type, title, verb } = action;
      const value = { action: { type, title, verb, data } };
      const { version } = again(post);
      const answer = Invoked.parse(
        await call(spotOf(post), '/_conversation/v1/invoke', { ...at, name: 'adaptiveCard/action', value }),
      );
      const outcome = outcomeOf(answer);
      if (outcome.kind === 'card') {
        onSeen(outcome.card, 'card');
        aside.set(`${name} ${post.id}`, { card: outcome.card, version });
        typed.delete(`${name} ${post.id}`);
      }
      return outcome;
    }

    /** A post's card, to be filled in and pressed. */
    function on({ post }: Pick<Sight, 'post'>): CardForm {
      const key = `${name} ${post.id}`;
      return cardForm({
        card: () => seen(again(post)).card,
        typed: { get: (id) => typed.get(key)?.get(id), set: (id, value) => hold(key).set(id, value) },
        send: (action, data) => send(post, action, data),
      });
    }

    return {
      ...me,
      on,
      /** Says something in a room, in a thread of it, or to Kept alone. Gives the thread or the chat. */
      say: (text: string, spot: Spot = {}) => say(text, spot, []),
      mention: (text: string, spot: Spot = { room: 'care' }) =>
        say(`<at>${BOT.name}</at> ${text}`, spot, [
          { mentioned: { id: BOT.id }, text: `<at>${BOT.name}</at>` },
        ]),
      /** Kept's posts: in a thread, at the top of a room and in its threads, or in one's own chat. */
      read: (spot: Spot = {}): Sight[] =>
        posts(spot)
          .filter((post) => isAt(post, spot, me.chat))
          .map(seen),
      look: (sight: Pick<Sight, 'post'>) => seen(again(sight.post)),
      /** Presses a button of a post by its label, with what was typed into it. */
      press: (sight: Pick<Sight, 'post'>, label: string) => on(sight).press(label),
      /** A button as it is now, to be pressed when it may not be there any more. */
      holding: ({ post, card }: Pick<Sight, 'post' | 'card'>, label: string): (() => Promise<Outcome>) => {
        const button = buttonsOf(card).find((one) => one.label === label) ?? missing(`No button ${label}`);
        return () => send(post, button.action, Data.parse(button.action['data']));
      },
      /** Waits for a post with those words (and that button), the newest first. */
      sees: (words: string, spot: Spot = {}, label?: string): Promise<Sight> =>
        eventually(async () =>
          posts(spot)
            .filter((post) => isAt(post, spot, me.chat))
            .map(seen)
            .findLast(
              (sight) =>
                sight.words.includes(words) &&
                (label === undefined || buttonsOf(sight.card).some((one) => one.label === label)),
            ),
        ),
      /** Opens the extension on a message, or from where one writes, and gives its dialog. */
      extension: async (
        spot: Spot,
        message?: { text: string; id: string; by: Person },
      ): Promise<CardForm> => {
        const conversation = { id: spot.thread ?? (spot.room === undefined ? me.chat : rooms[spot.room]) };
        const context = message === undefined ? 'compose' : 'message';
        const about = message === undefined ? {} : { messagePayload: messageOf(message, conversation.id) };
        const base = {
          commandId: 'openCase',
          commandContext: context,
          context: { theme: 'default' },
          ...about,
        };
        const ask = async (invoke: string, more: object): Promise<Outcome> => {
          const body = { name: invoke, value: { ...base, ...more }, from: { id: me.userId }, conversation };
          const { task } = Dialog.parse(await call(spot, '/_conversation/v1/invoke', body));
          const value = task?.value ?? '';
          if (typeof value === 'string') return { kind: 'message', text: value };
          onSeen(value.card.content, 'dialog');
          return { kind: 'card', card: value.card.content };
        };
        const opened = await ask('composeExtension/fetchTask', {});
        let card = opened.kind === 'card' ? opened.card : null;
        const fields = new Map<string, string>();
        return cardForm({
          card: () => card,
          typed: fields,
          send: async (_action, data) => {
            const next = await ask('composeExtension/submitAction', { data });
            if (next.kind !== 'card') return next;
            fields.clear();
            card = next.card;
            return next;
          },
        });
      },
      /** The app is installed in one's chat, or in a room: Teams tells Kept. */
      installs: async (room?: Room) => {
        const conversation = encodeURIComponent(room === undefined ? me.chat : rooms[room]);
        await call(
          room === undefined ? {} : { room },
          `/_debug/conversation/${conversation}/installation`,
          {},
        );
      },
    };
  }

  return { as, wire };
}

/** What a person sees and does in Teams. */
export type TeamsEyes = ReturnType<ReturnType<typeof playgroundClient>['as']>;

function inRoom(spot: Spot): boolean {
  return spot.room !== undefined || spot.thread !== undefined;
}

function spotOf(post: Post): Spot {
  return post.conversation.startsWith('a:') ? {} : { thread: post.conversation };
}

function isAt(post: Post, spot: Spot, chat: string): boolean {
  if (spot.thread !== undefined) return post.conversation === spot.thread;
  return post.conversation.split(';')[0] === (spot.room === undefined ? chat : rooms[spot.room]);
}

function outcomeOf({ type, value }: z.infer<typeof Invoked>): Outcome {
  switch (type) {
    case 'application/vnd.microsoft.card.adaptive':
      return { kind: 'card', card: value };
    case 'application/vnd.microsoft.activity.message':
      return { kind: 'message', text: z.string().parse(value) };
    case 'application/vnd.microsoft.error':
      return { kind: 'error', text: Failure.parse(value).message };
    default:
      throw new Error(`The page knows no answer of the type ${type}`);
  }
}

function messageOf({ text, id, by }: { text: string; id: string; by: Person }, conversation: string): object {
  return {
    id,
    createdDateTime: new Date().toISOString(),
    from: {
      user: { id: people[by].personId, displayName: people[by].realName, userIdentityType: 'aadUser' },
    },
    body: { contentType: 'html', content: `<p>${text}</p>` },
    linkToMessage: `https://teams.microsoft.com/l/message/${encodeURIComponent(conversation)}/${id}`,
  };
}

function missing(words: string): never {
  throw new Error(words);
}
