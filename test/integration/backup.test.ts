import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { WorkspaceId } from '../../src/domain/ids.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { ownKey } from '../../src/store/own-key.ts';
import { createSeal, type Seal } from '../../src/store/seal.ts';
import { readSecret } from '../../src/store/secrets.ts';
import { createStore } from '../../src/store/store.ts';
import { promisedCase } from '../support/care-case.ts';
import { enginesToTest, freshDatabase, type Server, silentLog, startPostgres } from '../support/engines.ts';
import { handClock } from '../support/hand-clock.ts';
import { postgresProgram } from '../support/postgres-server.ts';
import { runningKept } from '../support/running-kept.ts';
import { connectTeam, leaveOwed, STEPS, said, saidOnce } from '../support/seeded-kept.ts';

const isHere = (await enginesToTest()).includes('postgres');
const MINUTE = 60_000;
const KEY = Buffer.alloc(32, 7).toString('base64');
const TITLES = ['backed up', 'as well'];

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'kept-backup-'));
  chmodSync(root, 0o777);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the embedded database, stopped and copied', () => {
  test('Kept goes on from the copy: what was owed is said, nothing twice, and its tokens open', {
    timeout: 180_000,
  }, async () => {
    const clock = handClock('2026-11-23T10:00:00Z');
    const [dataDir, copy] = [path.join(root, '.kept'), path.join(root, 'kept-backup')];
    await untilSoon({ databaseUrl: null, dataDir, clock });
    const embedded = await startEmbedded({ dataDir, log: silentLog() });
    const seal = createSeal([await ownKey(dataDir, silentLog())]);
    const workspaceId = await owing(
      openDatabase(embedded.poolConfig, () => {}),
      seal,
      clock,
    );
    await embedded.stop();

    execFileSync('cp', ['-a', dataDir, copy]);
    rmSync(dataDir, { recursive: true });

    await goesOn({ databaseUrl: null, dataDir: copy, clock });
    const again = await startEmbedded({ dataDir: copy, log: silentLog() });
    onTestFinished(again.stop);
    const db = openDatabase(again.poolConfig, () => {});
    const kept = createSeal([await ownKey(copy, silentLog())]);
    expect(await readSecret(db, kept, workspaceId, 'slack-T1')).toEqual({ token: 'xoxb-1' });
    await db.destroy();
  });
});

describe.runIf(isHere)('Postgres, dumped and restored on another server', () => {
  let servers: Server[] = [];
  beforeAll(async () => {
    servers = await Promise.all([startPostgres(), startPostgres()]);
  });
  afterAll(() => Promise.all(servers.map(({ stop }) => stop())));

  test('with the two roles there and no superuser, Kept goes on: what was owed is said, nothing twice', {
    timeout: 180_000,
  }, async () => {
    const [here, there] = await Promise.all(servers.map(ownedByKept));
    if (here === undefined || there === undefined) throw new Error('Two servers are needed');
    const clock = handClock('2026-11-23T10:00:00Z');
    await untilSoon({ databaseUrl: here, clock });
    const workspaceId = await owing(
      openDatabase({ connectionString: here }, () => {}),
      createSeal([KEY]),
      clock,
    );
    const dump = path.join(root, 'kept.dump');

    await postgresProgram('pg_dump', ['--format=custom', `--file=${dump}`, here]);
    await postgresProgram('pg_restore', ['--no-owner', '--exit-on-error', `--dbname=${there}`, dump]);

    await goesOn({ databaseUrl: there, clock });
    const db = openDatabase({ connectionString: there }, () => {});
    onTestFinished(() => db.destroy());
    expect(await readSecret(db, createSeal([KEY]), workspaceId, 'slack-T1')).toEqual({ token: 'xoxb-1' });
  });
});

type Where = { databaseUrl: string | null; dataDir?: string; clock: ReturnType<typeof handClock> };

function keptAt({ databaseUrl, dataDir, clock }: Where) {
  return runningKept({ databaseUrl, redisUrl: null }, clock.now, dataDir === undefined ? {} : { dataDir });
}

/** Two promises, both reminded of once; then Kept is stopped. */
async function untilSoon(where: Where): Promise<void> {
  const kept = await keptAt(where);
  await kept.client.startExample();
  for (const title of TITLES) await promisedCase(() => kept.client, title, 'in 60 minutes');
  where.clock.forward(STEPS[0].minutes * MINUTE);
  for (const title of TITLES) await said(kept.client, title, STEPS[0].words);
  await kept.stop();
}

/** A team with a token, and messages that were decided and not sent. Closes the database. */
async function owing(db: Database, seal: Seal, clock: Where['clock']): Promise<WorkspaceId> {
  const workspaceId = await createStore(db).consoleWorkspace();
  if (workspaceId === null) throw new Error('There is no team');
  await connectTeam(db, seal, workspaceId, 'xoxb-1');
  clock.forward(STEPS[1].minutes * MINUTE);
  await leaveOwed(db, clock.now);
  await db.destroy();
  return workspaceId;
}

/** What was owed is said, then what falls due; nothing twice. Then Kept is stopped. */
async function goesOn(where: Where): Promise<void> {
  const kept = await keptAt(where);
  for (const title of TITLES) await said(kept.client, title, STEPS[1].words);
  where.clock.forward(STEPS[2].minutes * MINUTE);
  for (const title of TITLES) await said(kept.client, title, STEPS[2].words);
  await saidOnce(kept.client, TITLES);
  await kept.stop();
}

/** A database as docs/operation.md makes one: its user is no superuser, and has the two roles. Gives that user's URL. */
async function ownedByKept(server: Server): Promise<string> {
  const url = new URL(await freshDatabase(server));
  const admin = new Client(url.href);
  await admin.connect();
  await admin.query(`create role kept login; create role kept_app nologin; create role kept_claim nologin;
    grant kept_app, kept_claim to kept; grant create on database ${url.pathname.slice(1)} to kept`);
  await admin.end();
  url.username = 'kept';
  return url.href;
}
