import type { Logger } from 'pino';
import type { Chat, RoomId } from '../adapters/web/chat.ts';
import { ChatMessage, dmOf } from '../adapters/web/chat.ts';
import type { TeamSetup } from '../adapters/web/team-setup.ts';
import type { SetupChoice, WebDeps } from '../adapters/web/web-deps.ts';
import type { Clock } from './app/clock.ts';
import type { Deps } from './app/deps.ts';
import type { Pace } from './app/pace.ts';
import { exampleTeam, type NewTeam, setUpTeam } from './app/set-up.ts';
import { board, converse } from './conversation/converse.ts';
import type { Intent } from './conversation/intent.ts';
import { Zone } from './domain/instant.ts';
import type { createConsoleMessages } from './store/console.ts';

const CHANNELS = ['care', 'general'] as const;

type Messages = ReturnType<typeof createConsoleMessages<ChatMessage['body']>>;

/** What a console message holds, read from the database. */
export function parseConsoleBody(body: unknown): ChatMessage['body'] {
  return ChatMessage.shape.body.parse(body);
}

/** Joins the console to the conversation and to its messages in Postgres. */
export function consoleDeps(parts: {
  deps: Deps;
  messages: Messages;
  log: Logger;
  publicUrl: string | null;
  operation: WebDeps['operation'];
  pace: Pace;
  clientDir: string;
}): WebDeps {
  const { deps, messages, log, publicUrl, operation, pace, clientDir } = parts;
  const { store, clock } = deps;
  return {
    log,
    clock,
    clientDir,
    publicUrl,
    operation,
    pace,
    hear: (who, intent) => converse(deps, who, inTheOpen(intent)),
    board: (who) => board(deps, who),
    setUp: (choice) => setUp(deps, choice),
    workspace: async () => {
      const id = await store.consoleWorkspace();
      if (id === null) {
        return null;
      }
      const { workspace, members } = await store.read(id, (tx) => tx.workspace());
      return { id, name: workspace.name, zone: workspace.zone, members };
    },
    chat: chatOf(messages, clock),
    caseOfThread: (workspaceId, rootId) => messages.caseOf(workspaceId, rootId),
    threadOfCase: async (workspaceId, caseId) => {
      const card = await store.post(workspaceId, `${caseId}/card`);
      const root = card === null ? null : await messages.message(workspaceId, card.ref);
      return root === null ? null : { room: root.room, rootId: root.id };
    },
  };
}

/** A case that is opened in a direct message lives in the first channel, where the team can see it. */
function inTheOpen(intent: Intent): Intent {
  return 'place' in intent && intent.place.channel.startsWith('dm:')
    ? { ...intent, place: { ...intent.place, channel: CHANNELS[0] } }
    : intent;
}

function chatOf(messages: Messages, clock: Clock): Chat {
  return {
    rooms: async (workspaceId, memberId) => {
      const lastSeqs = await messages.lastSeqs(workspaceId, memberId);
      const dm = dmOf(memberId);
      const room = (id: RoomId, name: string, kind: 'channel' | 'dm') => ({
        id,
        name,
        kind,
        lastSeq: lastSeqs.get(id) ?? 0,
      });
      return [...CHANNELS.map((id) => room(id, id, 'channel')), room(dm, 'Kept', 'dm')];
    },
    message: messages.message,
    messages: messages.messages,
    post: (workspaceId, { memberId, room, threadId, text, nonce }) => {
      const body = { kind: 'text', text };
      return messages.add(workspaceId, { room, threadId, memberId, at: clock(), body, key: `say/${nonce}` });
    },
    latestRev: messages.latestRev,
    changesSince: messages.changesSince,
  };
}

async function setUp(deps: Deps, choice: SetupChoice): ReturnType<WebDeps['setUp']> {
  const made =
    choice.kind === 'example' ? exampleTeam(ownZone()) : { team: ownTeam(choice.team), customers: [] };
  const isFirst = await setUpTeam(deps, made.team, made.customers);
  return isFirst
    ? { ok: true }
    : { ok: false, errors: [{ path: '', message: 'There is a team here already. Load the page again.' }] };
}

function ownTeam({ members, ...team }: TeamSetup): NewTeam {
  return {
    ...team,
    members: members.map(({ mayDecide, ...member }) => ({
      ...member,
      limit:
        mayDecide.kind === 'no'
          ? null
          : { money: mayDecide.kind === 'up to' ? mayDecide.money : null, days: null },
    })),
  };
}

/** The zone of this machine: whoever tries Kept here is most likely in it. */
function ownZone(): Zone {
  return Zone.parse(Intl.DateTimeFormat().resolvedOptions().timeZone);
}
