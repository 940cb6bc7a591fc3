import { z } from 'zod';
import type { LocalSlack } from './local-slack.ts';
import { type Modal, openModal, type Typed } from './local-slack-modal.ts';
import type { SlackPage } from './local-slack-page.ts';
import type { Message } from './local-slack-shapes.ts';
import { APP_ID, channels, KEPT_BOT, type Person, people, TEAM_ID } from './local-slack-team.ts';
import type { Wire } from './local-slack-wire.ts';
import { type Button, buttonsOf, wordsOf } from './local-slack-words.ts';
import { eventually } from './running-kept.ts';

const Posted = z.object({ message: z.object({ ts: z.string() }) });
const Opened = z.object({ channel: z.object({ id: z.string() }) });

/** Drives local-slack as people do: by commands, words, clicks and forms, with the eyes of one after the other. */
export function slackClient({ local, page, wire }: { local: LocalSlack; page: SlackPage; wire: Wire }) {
  const typedInto: Typed = new Map();

  async function control(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${local.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const json: unknown = await response.json();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(json)}`);
    return json;
  }

  /** What a person sees and does. */
  function as(name: Person) {
    const { id } = people[name];
    const modal = openModal({ wire, page, typedInto, userId: id, channel: channels.care });
    const dmRoom = async () =>
      Opened.parse(await control('/api/conversations.open', { users: id })).channel.id;
    const room = (channel: string) => channelId(channel);
    const post = async (channel: string, text: string, thread?: string): Promise<string> => {
      const words = { channel, user: id, text, ...(thread === undefined ? {} : { thread_ts: thread }) };
      return Posted.parse(await control('/_control/message', words)).message.ts;
    };
    const basics = async (channel: string) => {
      const spare = await wire.spare(id, channel);
      const user = { id, username: people[name].name, name: people[name].name, team_id: TEAM_ID };
      const team = { id: TEAM_ID, domain: 'example' };
      const now = { action_ts: String(Date.now() / 1000), token: 'verification-token', api_app_id: APP_ID };
      return { ...spare, ...now, user, team, enterprise: null, is_enterprise_install: false };
    };
    const read = (channel: string) =>
      page.messages(room(channel)).filter(({ ephemeral_to: to }) => to === undefined);

    return {
      id,
      modal,
      /** `/care <text>` in a channel. */
      command: async (text: string, channel: string = 'care') => {
        await control('/_control/command', { channel: room(channel), user: id, command: '/care', text });
      },
      /** Waits for a form to be open, of that title where one is given; one that only waits is none. */
      form: (title?: string): Promise<Modal> =>
        eventually(async () => {
          const right =
            modal.isOpen() && !modal.isWaiting() && (title === undefined || modal.title() === title);
          return right ? modal : null;
        }),
      /** Says something in a channel, in a thread of it, or to Kept alone; `&`, `<` and `>` as Slack sends them. */
      say: (text: string, where: { channel?: string; thread?: string } = {}) =>
        post(room(where.channel ?? 'care'), escaped(text), where.thread),
      mention: (text: string, where: { channel?: string; thread?: string } = {}) =>
        post(room(where.channel ?? 'care'), `<@${KEPT_BOT}> ${escaped(text)}`, where.thread),
      dm: async (text: string) => post(await dmRoom(), escaped(text)),
      /** The DM with Kept, as it stands. */
      readDm: async () => read(await dmRoom()),
      /** The messages of a channel that stand in no thread. */
      readChannel: (channel: string = 'care') =>
        read(channel).filter(({ thread_ts: thread, ts }) => thread === undefined || thread === ts),
      readThread: (root: Pick<Message, 'channel' | 'ts'>) =>
        read(root.channel).filter(({ thread_ts: thread, ts }) => thread === root.ts && ts !== root.ts),
      /** What was shown to this person alone, wherever, the newest last. */
      readEphemerals: () => page.whispers(id),
      /** Presses a button of a message by its label. Gives where it leads, if it leads somewhere. */
      press: async (message: Message, label: string): Promise<string | null> => {
        const button = needButton(buttonsOf(message), label, wordsOf(message));
        const { ts: messageTs, channel } = message;
        await control('/_control/interact', { channel, messageTs, user: id, action: pressOf(button) });
        return button.element.url ?? null;
      },
      openHome: () => control('/_control/open-home', { user: id }),
      home: () => page.home(id),
      pressHome: (label: string) => {
        const button = needButton(buttonsOf(page.home(id)), label, wordsOf(page.home(id)));
        page.say({ t: 'block_action', channel: '', messageTs: '', user: id, action: pressOf(button) });
      },
      /** Takes a shortcut on a message. */
      messageShortcut: async (callbackId: string, message: Message) => {
        const at = { message_ts: message.ts, channel: { id: message.channel, name: 'care' }, message };
        const shortcut = { type: 'message_action', callback_id: callbackId, ...at };
        await wire.deliver('interactive', { ...(await basics(message.channel)), ...shortcut });
      },
      /** Takes a global shortcut. */
      shortcut: async (callbackId: string) => {
        const { response_url: _none, ...rest } = await basics(channels.care);
        await wire.deliver('interactive', { ...rest, type: 'shortcut', callback_id: callbackId });
      },
    };
  }

  return { as, wire, page, url: local.url };
}

/** What a person sees and does in Slack. */
export type SlackClient = ReturnType<typeof slackClient>;
export type SlackEyes = ReturnType<SlackClient['as']>;

function channelId(channel: string): string {
  return new Map<string, string>(Object.entries(channels)).get(channel) ?? channel;
}

function needButton(buttons: readonly Button[], label: string, words: string): Button {
  const found = buttons.find((button) => button.label === label);
  if (found === undefined) {
    const labels = buttons.map((button) => button.label).join(', ');
    throw new Error(`No button ${label} among ${labels}: ${words}`);
  }
  return found;
}

function pressOf({ element, blockId, option }: Button): object {
  const { type, action_id, value, text } = element;
  const what = option === undefined ? { value, text } : { selected_option: option };
  return { type, action_id, block_id: blockId, ...what };
}

/** What a person types, as Slack hands it on: its three signs escaped, so that it can’t be taken for markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
