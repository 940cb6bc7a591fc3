import type { WebClient } from '@slack/web-api';
import type { SendResult } from '../../src/app/surface.ts';
import type { WorkspaceId } from '../../src/domain/ids.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { StillLooking } from './audience.ts';
import { isSlacks, meaningOf, type Trouble, troubleOf } from './errors.ts';
import { slackConnection } from './known-teams.ts';
import type { ClientOf, SlackConnection, SlackDeps } from './slack-deps.ts';
import { NoToken } from './tokens.ts';

/** How long what is owed to a disconnected team is put off, again and again, until it is back. */
const DISCONNECTED_MS = 60_000;
/** The team of a token from the environment is known as soon as Slack was reached. */
const NO_TOKEN_MS = 10_000;
const SOON_MS = 1_000;
/** That a team can't be spoken to is said again after this long. */
const SAY_AGAIN_MS = 10 * 60_000;
/** Slack is asked again after this long whether it knows the token of a team that it turned away. */
const ASK_AGAIN_MS = 10 * 60_000;
/** A connection is read anew after this long. */
const CONNECTION_FOR_MS = 5_000;

/**
 * What a send is at. In `look` an earlier try is in doubt, and stays so until Slack has said whether it arrived;
 * in `post` a new doubt may come up.
 */
export type Step = 'look' | 'prepare' | 'post' | 'redraw';

export type Sending = { connection: SlackConnection; client: WebClient; step: (step: Step) => void };

/** Makes calls of Slack for what is owed, and tells in the outbox's words what became of it. */
export type Through = (
  what: { workspaceId: WorkspaceId; connection: string; key: string; first: Step },
  work: (sending: Sending) => Promise<SendResult>,
) => Promise<SendResult>;

/** See `Through`. `forgetToken`: one was refused, and is read anew, for another process may have renewed it. */
export function createThrough(parts: {
  deps: Pick<SlackDeps, 'log' | 'clock' | 'connections'>;
  clientOf: ClientOf;
  forgetToken: (connectionId: string) => void;
}): Through {
  const { clientOf, forgetToken } = parts;
  const { log, clock, connections } = parts.deps;
  const known = new Map<string, { connection: SlackConnection; until: Instant }>();
  const said = new Map<string, Instant>();
  const askedAt = new Map<string, Instant>();

  async function connectionOf(workspaceId: WorkspaceId, id: string): Promise<SlackConnection | null> {
    const name = `${workspaceId}/${id}`;
    const remembered = known.get(name);
    if (remembered !== undefined && remembered.until > clock()) {
      return remembered.connection;
    }
    const found = await connections.get(workspaceId, id);
    if (found === null) {
      return null;
    }
    const connection = slackConnection(found);
    known.set(name, { connection, until: clock() + CONNECTION_FOR_MS });
    return connection;
  }

  async function refused(
    code: string,
    at: { connection: SlackConnection; client: WebClient | null; step: Step; key: string },
  ): Promise<SendResult> {
    const { connection, client, step, key } = at;
    const meaning = meaningOf(code);
    switch (meaning) {
      case 'disconnected':
        return disconnect(connection, client, code);
      case 'held':
        forgetToken(connection.id);
        return unable(connection, DISCONNECTED_MS, code);
      case 'later':
        return later(code, step === 'look');
      case 'our fault':
        log.error({ connection: connection.id, key, code, step }, 'Slack refuses what we ask of it');
        // Where nobody may look, the place gets no second copy: in the end the outbox takes the next way.
        return step === 'look' ? later(code, true) : never(code);
      case 'not in channel':
        return never('Kept isn’t in the channel: /invite it there');
      case 'closed':
        return never(code === 'channel_not_found' ? 'Kept doesn’t see the channel: /invite it there' : code);
      default:
        return unreachable(meaning);
    }
  }

  /** What costs no try may go on for ever, so it is said, but not for every message. */
  function unable({ id }: SlackConnection, afterMs: number, error: string): SendResult {
    if (clock() >= (said.get(id) ?? -Infinity) + SAY_AGAIN_MS) {
      said.set(id, clock());
      log.warn({ connection: id, error }, 'Slack can’t be spoken to: what is owed there waits');
    }
    return held(afterMs, error);
  }

  async function disconnect(
    connection: SlackConnection,
    client: WebClient | null,
    code: string,
  ): Promise<SendResult> {
    // The token may have been renewed, or the team connected anew; then it was the old one that was refused.
    forgetToken(connection.id);
    const isOldToken = client !== null && (await clientOf(connection).catch(() => client)) !== client;
    known.delete(`${connection.workspaceId}/${connection.id}`);
    if (isOldToken) {
      return held(SOON_MS, code);
    }
    await connections.setStatus(connection.workspaceId, connection.id, 'disconnected');
    askedAt.set(connection.id, clock());
    log.warn({ connection: connection.id, code }, 'Slack has disconnected us');
    return held(DISCONNECTED_MS, code);
  }

  /** Slack has turned good tokens away before, and nobody would think of installing Kept again for that. */
  async function isBack(connection: SlackConnection): Promise<boolean> {
    const { workspaceId, id } = connection;
    if (clock() < (askedAt.get(id) ?? -Infinity) + ASK_AGAIN_MS) {
      return false;
    }
    askedAt.set(id, clock());
    try {
      await (await clientOf(connection)).auth.test();
    } catch (error) {
      log.debug({ err: error, connection: id }, 'Slack still turns us away');
      return false;
    }
    await connections.setStatus(workspaceId, id, 'connected');
    known.delete(`${workspaceId}/${id}`);
    log.info({ connection: id }, 'Slack takes the token again that it had turned away');
    return true;
  }

  return async ({ workspaceId, connection: id, key, first }, work) => {
    const connection = await connectionOf(workspaceId, id);
    if (connection === null) {
      return never('This Slack workspace was never connected');
    }
    if (connection.status === 'disconnected' && !(await isBack(connection))) {
      return held(DISCONNECTED_MS, 'Slack is disconnected');
    }
    let at: Step = first;
    let client: WebClient | null = null;
    try {
      client = await clientOf(connection);
      return await work({
        connection,
        client,
        step: (step) => {
          at = step;
        },
      });
    } catch (error) {
      if (error instanceof StillLooking) {
        return held(SOON_MS, error.message);
      }
      if (error instanceof NoToken) {
        return unable(connection, NO_TOKEN_MS, error.message);
      }
      // Not Slack's, and nothing was posted by this try: ours or the database's, and whoever delivers logs it.
      if ((at === 'prepare' || at === 'look') && !isSlacks(error)) {
        throw error;
      }
      const trouble: Trouble = troubleOf(error);
      switch (trouble.kind) {
        case 'limited':
          return held(trouble.afterMs, 'ratelimited');
        case 'doubtful':
          return later(trouble.error, at === 'look' || at === 'post');
        case 'refused':
          return refused(trouble.code, { connection, client, step: at, key });
        default:
          return unreachable(trouble);
      }
    }
  };
}

function later(error: string, doubtful: boolean): SendResult {
  return { ok: false, retry: 'later', afterMs: null, error, doubtful };
}

/** This way is shut. */
export function never(error: string): SendResult {
  return { ok: false, retry: 'never', error };
}

/** Not now, through no fault of the message's. */
export function held(afterMs: number, error: string): SendResult {
  return { ok: false, retry: 'held', afterMs, error };
}
