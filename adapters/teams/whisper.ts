import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../src/app/deps.ts';
import { noteCard } from '../../src/conversation/promise-cards.ts';
import { text, typed } from '../../src/conversation/view.ts';
import type { Shown } from './arrival.ts';
import type { At, Bot, Outgoing } from './bot.ts';
import { troubleOf } from './errors.ts';
import { hearingWords as words } from './hearing-words.ts';
import { type Giving, type Job, pressOf } from './job.ts';
import { drawMessage } from './message.ts';
import type { Places } from './places.ts';
import { wordsOf } from './source-text.ts';
import { CARD } from './surface.ts';
import { NO_CHAT } from './tab-body.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { ByPerson, Where } from './told.ts';
import { drawVeil } from './veil.ts';

/** Whoever waits for an answer waits so long at most because Teams limits us. */
const LONGEST_WAIT_MS = 5_000;
const WAIT_MS = 1_000;
const DONE: Shown = { is: 'sentence', said: words.done, isForAll: true };
const NO_CONTEXT = { userIds: new Map(), threadUrl: null, whole: null, host: 'card' as const };

type To = Pick<Job, 'connection' | 'told' | 'wordsId'>;

/** Says things in conversations that the outbox knows nothing of: answers to those who asked. */
export type Whisper = {
  /**
   * Shows it to one person: in their own chat as it is; where others read along as a button that shows it to them
   * alone, or in their own chat where no button could. False when there was no way to.
   */
  give(to: To, shown: Shown, how: Giving): Promise<boolean>;
  /** Puts it in the place of a message of ours in the person's conversation. False where that can't be done. */
  replace(to: Pick<To, 'connection' | 'told'>, on: string, shown: Shown): Promise<boolean>;
  /** The same without what is for the person's eyes: that they are done with it. */
  close(to: Pick<To, 'connection' | 'told'>, on: string): Promise<boolean>;
  /** Posts for everybody in a conversation. */
  post(connection: TeamsConnection, where: Where, shown: Shown): Promise<boolean>;
};

/** Speaks through `bot`. An answer that can't be given is logged, and never an error. */
export function createWhisper(parts: {
  bot: Pick<Bot, 'post' | 'update'>;
  places: Pick<Places, 'at' | 'personal' | 'shut'>;
  log: Log;
}): Whisper {
  const { bot, places, log } = parts;

  /** Where Teams is spoken to about it now; what was told first may have lain for a while. */
  async function atOf(connection: TeamsConnection, where: Where): Promise<At | null> {
    const { conversation, kind, serviceUrl } = where;
    if (conversation === '' || conversation === NO_CHAT) {
      return null;
    }
    const { tenantId } = connection.facts;
    return (
      (await places.at(connection, conversation).then(
        (found) => found && { ...found, conversation },
        // The database is down, and where it came from is known all the same.
        () => null,
      )) ?? { serviceUrl, tenantId, conversation, kind }
    );
  }

  /** Tries it, and once more where Teams only wants it later. */
  async function tryTwice(connection: TeamsConnection, work: () => Promise<unknown>): Promise<boolean> {
    for (const isLast of [false, true]) {
      try {
        await work();
        return true;
      } catch (error) {
        const trouble = troubleOf(error);
        const isLater = trouble.kind === 'limited' || trouble.kind === 'unreachable';
        if (!isLater || isLast) {
          log.info({ trouble, connection: connection.id }, 'an answer could not be given this way');
          return false;
        }
        const afterMs = trouble.kind === 'limited' ? (trouble.afterMs ?? WAIT_MS) : WAIT_MS;
        await sleep(Math.min(afterMs, LONGEST_WAIT_MS));
      }
    }
    return false;
  }

  async function post(connection: TeamsConnection, where: Where, shown: Shown): Promise<boolean> {
    const at = await atOf(connection, where);
    return at !== null && tryTwice(connection, () => bot.post(at, outgoing(shown)));
  }

  async function replace(
    { connection, told }: Pick<To, 'connection' | 'told'>,
    on: string,
    shown: Shown,
  ): Promise<boolean> {
    const at = await atOf(connection, told.where);
    return at !== null && tryTwice(connection, () => bot.update(at, on, outgoing(shown)));
  }

  async function inOwnChat({ connection, told }: To, shown: Shown): Promise<boolean> {
    try {
      const conversation = await places.personal(connection, told.from.personId);
      const chat = conversation === null ? null : { ...told.where, kind: 'personal' as const, conversation };
      return chat !== null && (await post(connection, chat, shown));
    } catch (error) {
      log.info({ trouble: troubleOf(error), connection: connection.id }, 'no chat to answer in');
      return false;
    }
  }

  return {
    post,
    replace,
    close: (to, on) => {
      const card = noteCard([typed(to.told.from.name), text(words.settled)]);
      return replace(to, on, { is: 'card', ...drawMessage(card, NO_CONTEXT) });
    },
    give: async (to, shown, { isQuestion = false, isOnce = false }) => {
      const { connection, told } = to;
      const { where } = told;
      const isOwn = isOwnChat(told);
      const isOpen = isOwn || (shown.is === 'sentence' && shown.isForAll);
      const veiled = isOnce ? DONE : veil(to, isQuestion);
      const here = () => post(connection, where, isOpen ? shown : veiled);
      const apart = async () => !isOwn && inOwnChat(to, shown);
      const isApart = !isOpen && (isOnce || where.kind === 'personal' || isUnopened(told));
      const [first, second] = isApart ? [apart, here] : [here, apart];
      if ((await first()) || (await second())) {
        return true;
      }
      log.warn({ connection: connection.id, kind: told.kind }, 'an answer could not be given');
      return false;
    },
  };
}

/** Whether it was said in their own chat with Kept. An extension is used in chats of two people, too. */
function isOwnChat(told: ByPerson): boolean {
  return told.where.kind === 'personal' && !(told.kind === 'dialog' && told.of === 'extension');
}

/** Whether a veil was pressed in a client that can't open it: one that knows Action.Submit alone. */
function isUnopened(told: ByPerson): boolean {
  return told.kind === 'press' && told.how === 'submit' && pressOf(told)?.do === 'again';
}

/** What stands in a conversation with others in the place of an answer. */
function veil({ told, wordsId }: To, isQuestion: boolean): Shown {
  const { name, userId } = told.from;
  const said = saidIn(told);
  const refreshFor = isQuestion && userId !== '' ? userId : null;
  return {
    is: 'card',
    card: drawVeil({ name, said, heard: wordsId, refreshFor }),
    summary: words.veiled(name),
  };
}

/** What they said before everybody anyway; nothing of what they did with a button or a form. */
function saidIn(told: ByPerson): string {
  return told.kind === 'message' ? (wordsOf(told) ?? '') : '';
}

/** A message with it. A sentence goes as a card as well: in a message's text Teams would read Markdown. */
export function outgoing(shown: Shown): Outgoing {
  const { card, summary } =
    shown.is === 'card' ? shown : drawMessage(noteCard([typed(shown.said)]), NO_CONTEXT);
  return { summary, attachments: [{ contentType: CARD, content: card }] };
}
