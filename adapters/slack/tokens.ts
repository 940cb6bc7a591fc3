import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../../src/app/clock.ts';
import { type Connections, SecretShut } from '../../src/app/connections.ts';
import type { Log } from '../../src/app/deps.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { errorCodeOf } from './error-code.ts';
import { SlackSecret } from './facts.ts';
import type { SlackConfig } from './slack-config.ts';
import type { SlackConnection } from './slack-deps.ts';
import { newClients } from './web-client.ts';

/** What another process did to a secret, as a reinstallation, shows here within so long. */
const CACHED_FOR = 60_000;
/** Slack's rotated tokens live 12 h (docs.slack.dev/authentication/using-token-rotation). */
const RENEW_BEFORE = 30 * 60_000;
const LEASE = 15_000;
const WAIT_FOR_ANOTHER = 8_000;
const SAVE_TRIES = 5;
/** After a start it takes a moment until Slack has said whose the token of the environment is. */
const WAIT_FOR_START = 6_000;

/** There is no token for a team now: it is not (yet) connected, or its token can't be renewed. */
export class NoToken extends Error {
  constructor(connectionId: string, why: string) {
    super(`There is no Slack token for ${connectionId}: ${why}`);
    this.name = 'NoToken';
  }
}

export type Tokens = {
  /** A bot token that is valid now. Throws NoToken when there is none, and whatever Slack's renewal throws. */
  tokenOf(connection: Pick<SlackConnection, 'workspaceId' | 'id'>): Promise<string>;
  /** Forgets what it remembers of a secret: Slack refused it. What is not written down yet stays. */
  forget(connectionId: string): void;
  /** The secret was written anew: whatever it remembers of the old one is nothing any more. */
  replaced(connectionId: string): void;
  /** The token from the environment is that team's, and no other's. */
  lend(connectionId: string, token: string): void;
};

const Renewed = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() });

type Entry = { secret: SlackSecret; readAt: Instant; isSaved: boolean };

/** Bot tokens, opened and remembered for a minute, and renewed before they expire by one process of all. */
export function createTokens(parts: {
  config: Pick<SlackConfig, 'apiUrl' | 'install'>;
  connections: Connections;
  clock: Clock;
  log: Log;
}): Tokens {
  const { connections, clock, log } = parts;
  const { apiUrl, install } = parts.config;
  const newClient = newClients(apiUrl);
  const entries = new Map<string, Entry>();
  const lent = new Map<string, string>();
  let isLent = () => {};
  const lending = new Promise<void>((resolve) => {
    isLent = resolve;
  });
  const patience = sleep(WAIT_FOR_START, undefined, { ref: false });
  const renewing = new Map<string, Promise<SlackSecret>>();
  type Of = Pick<SlackConnection, 'workspaceId' | 'id'>;

  async function read(of: Of): Promise<SlackSecret> {
    const opened = SlackSecret.safeParse(
      await connections.secret(of.workspaceId, of.id).catch((error: unknown) => {
        throw error instanceof SecretShut ? new NoToken(of.id, 'no key opens it') : error;
      }),
    );
    if (!opened.success) {
      throw new NoToken(of.id, 'none is kept');
    }
    entries.set(of.id, { secret: opened.data, readAt: clock(), isSaved: true });
    return opened.data;
  }

  async function remembered(of: Of): Promise<SlackSecret> {
    const entry = entries.get(of.id);
    if (entry?.isSaved === false) {
      await save(of, entry.secret);
      return entry.secret;
    }
    return entry !== undefined && clock() < entry.readAt + CACHED_FOR ? entry.secret : read(of);
  }

  /** The old refresh token is spent, so a new one that isn't written down yet is held until it is. */
  async function save(of: Of, secret: SlackSecret): Promise<void> {
    entries.set(of.id, { secret, readAt: clock(), isSaved: false });
    for (let tried = 1; ; tried += 1) {
      try {
        await connections.saveSecret(of.workspaceId, of.id, secret);
        entries.set(of.id, { secret, readAt: clock(), isSaved: true });
        return;
      } catch (error) {
        log.error({ err: error, connection: of.id, tried }, 'a renewed slack token could not be saved');
        if (tried === SAVE_TRIES) {
          return;
        }
        await sleep(100 * 2 ** tried);
      }
    }
  }

  function isDue({ expiresAt, refreshToken }: SlackSecret): boolean {
    return refreshToken !== null && expiresAt !== null && clock() >= expiresAt - RENEW_BEFORE;
  }

  function isValid({ expiresAt }: SlackSecret): boolean {
    return expiresAt === null || clock() < expiresAt;
  }

  /** One process of all renews; the others go on with the old one while it is valid, and else wait. */
  async function renew(of: Of, old: SlackSecret): Promise<SlackSecret> {
    const now = clock();
    if (!(await connections.leaseSecret(of.workspaceId, of.id, now, now + LEASE))) {
      return isValid(old) ? old : untilRenewed(of);
    }
    const current = await read(of);
    if (!isDue(current)) {
      return current;
    }
    try {
      const secret = await exchange(current);
      await save(of, secret);
      return secret;
    } catch (error) {
      if (REFRESH_SPENT.has(errorCodeOf(error) ?? '')) {
        return spent(of, current);
      }
      if (!isValid(current)) {
        throw error;
      }
      log.warn({ err: error, connection: of.id }, 'slack token not renewed yet, the old one still works');
      return current;
    }
  }

  async function exchange({ refreshToken }: SlackSecret): Promise<SlackSecret> {
    if (install.by !== 'oauth' || refreshToken === null) {
      throw new Error('A Slack token can be renewed only with the app’s client id and secret');
    }
    const { clientId: client_id, clientSecret: client_secret } = install;
    const answer = Renewed.parse(
      await newClient(null).oauth.v2.access({
        client_id,
        client_secret,
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
      }),
    );
    const { access_token: token, refresh_token, expires_in } = answer;
    return { token, refreshToken: refresh_token, expiresAt: clock() + expires_in * 1_000 };
  }

  /** Somebody may have been quicker, or the team was installed anew; else this is the end of the connection. */
  async function spent(of: Of, current: SlackSecret): Promise<SlackSecret> {
    const latest = await read(of);
    if (latest.refreshToken !== current.refreshToken) {
      return latest;
    }
    if (isValid(current)) {
      log.warn({ connection: of.id, expiresAt: current.expiresAt }, 'slack will not renew this token again');
      return current;
    }
    await connections.setStatus(of.workspaceId, of.id, 'disconnected');
    log.error({ connection: of.id }, 'slack token expired and is not renewed: install Kept there again');
    throw new NoToken(of.id, 'it expired and Slack doesn’t renew it');
  }

  async function untilRenewed(of: Of): Promise<SlackSecret> {
    for (let waited = 0; waited < WAIT_FOR_ANOTHER; waited += 250) {
      await sleep(250);
      const secret = await read(of);
      if (isValid(secret)) {
        return secret;
      }
    }
    throw new NoToken(of.id, 'it expired, and whoever renews it isn’t done');
  }

  async function kept(of: Of): Promise<string> {
    const secret = await remembered(of);
    if (!isDue(secret)) {
      return secret.token;
    }
    const under = renewing.get(of.id) ?? renew(of, secret).finally(() => renewing.delete(of.id));
    renewing.set(of.id, under);
    return (await under).token;
  }

  return {
    tokenOf: async (of) => {
      switch (install.by) {
        case 'oauth':
          return kept(of);
        case 'token': {
          await Promise.race([lending, patience]);
          const token = lent.get(of.id);
          if (token === undefined) {
            throw new NoToken(of.id, 'SLACK_BOT_TOKEN is not known to be for this team');
          }
          return token;
        }
        default:
          return unreachable(install);
      }
    },
    forget: (connectionId) => {
      if (entries.get(connectionId)?.isSaved === true) {
        entries.delete(connectionId);
      }
    },
    replaced: (connectionId) => {
      entries.delete(connectionId);
    },
    lend: (connectionId, token) => {
      lent.set(connectionId, token);
      isLent();
    },
  };
}

/** Codes with which Slack says that a refresh token is good for nothing. */
const REFRESH_SPENT: ReadonlySet<string> = new Set([
  'invalid_refresh_token',
  'invalid_grant',
  'token_revoked',
  'account_inactive',
]);
