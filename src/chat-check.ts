import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkSlack } from '../adapters/slack/check.ts';
import type { SlackRecords } from '../adapters/slack/check-workspaces.ts';
import { checkTeams } from '../adapters/teams/check.ts';
import type { TeamsRecords } from '../adapters/teams/check-tenants.ts';
import type { Authority } from '../adapters/teams/teams-config.ts';
import type { Log } from './app/deps.ts';
import { type Finding, ok, warning } from './app/finding.ts';
import type { Config } from './config.ts';
import { reasonOf } from './operation/check.ts';
import { createAddresses } from './store/addresses.ts';
import { createConnections } from './store/connections.ts';
import { DataDirLockedError } from './store/data-lock.ts';
import { type Database, openDatabase } from './store/database.ts';
import { startEmbedded } from './store/embedded.ts';
import { lastSeen } from './store/last-seen.ts';
import { migrationState } from './store/migrate.ts';
import { ownKey } from './store/own-key.ts';
import { createSeal } from './store/seal.ts';
import { createStore } from './store/store.ts';

const ANSWER_WITHIN_MS = 5_000;
/** One connection, which waits for nothing for long. */
const ONE = { max: 1, connectionTimeoutMillis: ANSWER_WITHIN_MS, query_timeout: ANSWER_WITHIN_MS };
/** Where the embedded database is served, and how long a socket's path may be on any system. */
const SOCKET = '.s.PGSQL.5432';
const SOCKET_PATH_BYTES = 103;
const say = () => undefined;
const QUIET: Log = { debug: say, info: say, warn: say, error: say };

type Look = (records: SlackRecords & TeamsRecords) => Promise<Finding[]>;

/** What the doctor finds of Slack: at Slack itself, on the way from it, and in what is kept of it. */
export async function checkSlackOf(config: Config): Promise<Finding[]> {
  const { slack, publicUrl } = config;
  const withRecords = (look: Look) => withDatabase(config, look);
  return slack === null ? [] : checkSlack({ config: slack, publicUrl, withRecords, now: Date.now() });
}

/** The same of Teams. `authority` is Microsoft's own, but in tests. */
export async function checkTeamsOf(config: Config, authority: Authority | null = null): Promise<Finding[]> {
  const { teams, publicUrl } = config;
  const withRecords = (look: Look) => withDatabase(config, look);
  return teams === null
    ? []
    : checkTeams({ config: teams, publicUrl, withRecords, now: Date.now(), authority });
}

/** Opens the database that there is for as long as it is looked at. None is made, and none is brought up to date. */
async function withDatabase(config: Config, look: Look): Promise<Finding[]> {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl !== null) {
    return lookInto(openDatabase({ connectionString: databaseUrl, ...ONE }, say), config, look);
  }
  if (!existsSync(path.join(dataDir, 'pg', 'PG_VERSION'))) {
    return [notYet()];
  }
  try {
    const embedded = await startEmbedded({ dataDir, log: QUIET });
    try {
      return await lookInto(openDatabase({ ...embedded.poolConfig, ...ONE }, say), config, look);
    } finally {
      await embedded.stop();
    }
  } catch (error) {
    return error instanceof DataDirLockedError ? lookWhileRunning(config, look) : [unopened(error)];
  }
}

/** Kept is running: it serves its database to its own user on a socket, where there is room for one more to look. */
function lookWhileRunning(config: Config, look: Look): Promise<Finding[]> {
  const dir = path.resolve(config.dataDir);
  const host = [dir, path.join(dir, 'run')].find((place) => existsSync(path.join(place, SOCKET)));
  return host === undefined || Buffer.byteLength(path.join(host, SOCKET)) > SOCKET_PATH_BYTES
    ? Promise.resolve([ok('Kept is running, so what is connected was not looked at.')])
    : lookInto(openDatabase({ host, port: 5432, user: 'postgres', ...ONE }, say), config, look);
}

async function lookInto(db: Database, config: Config, look: Look): Promise<Finding[]> {
  try {
    const { pending, run } = await migrationState(db);
    if (run.length === 0 || pending.length > 0) {
      return [notYet()];
    }
    const connections = createConnections(db, createSeal(await keysOf(config)));
    const store = createStore(db);
    const addresses = createAddresses(db);
    return await look({
      all: connections.all,
      secret: connections.secret,
      homeChannel: async (workspaceId, connection) =>
        (await store.read(workspaceId, (tx) => tx.workspace())).workspace.homeChannels[connection] ?? null,
      address: addresses.get,
      lastSeen: (workspaceId, connection) => lastSeen(db, workspaceId, connection),
    });
  } catch (error) {
    return [unopened(error)];
  } finally {
    await db.destroy();
  }
}

/** The keys that Kept itself would open with. Where there is none yet, nothing is sealed, and any will do. */
async function keysOf({ encryptionKeys, databaseUrl, dataDir }: Config): Promise<string[]> {
  const isMade = databaseUrl === null && existsSync(path.join(dataDir, 'encryption-key'));
  return encryptionKeys ?? [isMade ? await ownKey(dataDir, QUIET) : Buffer.alloc(32).toString('base64')];
}

function notYet(): Finding {
  return ok('Nothing is kept of it yet: the next start brings the tables for it.');
}

function unopened(error: unknown): Finding {
  return warning(
    `What is connected was not looked at: ${reasonOf(error)}`,
    'Mend what is said of the database, then look again.',
  );
}
