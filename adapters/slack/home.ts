import type { View } from '@slack/types';
import type { Log, Who } from '../../src/app/deps.ts';
import { noMemberWords } from '../../src/conversation/no-member.ts';
import { noteCard } from '../../src/conversation/promise-cards.ts';
import { text } from '../../src/conversation/view.ts';
import { contextOf } from './answer.ts';
import { drawHomeView } from './card-views.ts';
import { troubleOf } from './errors.ts';
import type { Asked } from './gated-deps.ts';
import { hearingWords as words } from './hearing-words.ts';
import type { ClientOf, SlackConnection } from './slack-deps.ts';

/** Whose App Home has been opened is remembered for so many people. */
const REMEMBERED = 5_000;

/** App Home: what concerns the person who looks at it. */
export type Home = {
  /** Draws it for somebody who has just opened it. */
  open(connection: SlackConnection, userId: string): Promise<void>;
  /** Draws it again for who has opened it before, for what they did may show there. Nobody waits for it. */
  refresh(connection: SlackConnection, who: Who, userId: string): Promise<void>;
  /** Takes what it shows from somebody who was a member and isn't any more: Slack would go on showing it. */
  takeBack(connection: SlackConnection, userId: string): Promise<void>;
};

/** Publishes App Home tabs. */
export function createHome(parts: { asked: Asked; clientOf: ClientOf; log: Log }): Home {
  const { asked, clientOf, log } = parts;
  const opened = new Set<string>();

  /** Slack has no tab for people of another company, and says so. */
  async function show(connection: SlackConnection, userId: string, view: View): Promise<void> {
    const client = await clientOf(connection);
    try {
      await client.views.publish({ user_id: userId, view });
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind !== 'refused') {
        throw error;
      }
      log.info({ trouble, connection: connection.id }, 'an App Home could not be drawn');
    }
  }

  async function publish(connection: SlackConnection, userId: string, who: Who): Promise<void> {
    const place = { connection: connection.id, channel: '' };
    const reply = await asked.hear(who, { kind: 'home', place });
    const card = reply.kind === 'card' ? reply.card : noteCard([text(words.begin)]);
    await show(connection, userId, drawHomeView(card, await contextOf(asked, connection, card, null)));
  }

  async function open(connection: SlackConnection, userId: string): Promise<void> {
    const known = await asked.people.memberFor(connection, userId);
    if (!known.ok) {
      const card = noteCard([text(noMemberWords[known.why])]);
      const context = { userIds: new Map(), threadUrl: null, whole: null };
      await show(connection, userId, drawHomeView(card, context));
      return;
    }
    if (opened.size >= REMEMBERED) {
      opened.clear();
    }
    opened.add(`${connection.id}/${userId}`);
    await publish(connection, userId, { workspaceId: connection.workspaceId, memberId: known.member.id });
  }

  return {
    open,
    takeBack: async (connection, userId) => {
      const { workspaceId, id } = connection;
      const member = await asked.connections.memberOf(workspaceId, id, userId);
      if (member !== null && !member.active) {
        await open(connection, userId);
      }
    },
    refresh: async (connection, who, userId) => {
      if (!opened.has(`${connection.id}/${userId}`)) {
        return;
      }
      try {
        await publish(connection, userId, who);
      } catch (error) {
        log.info({ trouble: troubleOf(error), connection: connection.id }, 'an App Home was not drawn again');
      }
    },
  };
}
