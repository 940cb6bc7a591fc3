import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Deps } from '../../src/app/deps.ts';
import { teamOf } from '../../src/app/team.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import type { WorkspaceId } from '../../src/domain/ids.ts';
import { insertConnection } from '../../src/store/connections.ts';
import { type Database, withinWorkspaces } from '../../src/store/database.ts';
import type { Seal } from '../../src/store/seal.ts';
import { writeSecret } from '../../src/store/secrets.ts';
import { createStore } from '../../src/store/store.ts';
import { count, saidOf } from './care-case.ts';
import { type ConsoleClient, wordsOf } from './console-client.ts';
import { silentLog } from './engines.ts';
import { eventually } from './running-kept.ts';

/** Decides what is due and delivers nothing, as a Kept does that dies between the two: its messages are owed. */
export async function leaveOwed(db: Database, clock: () => number): Promise<void> {
  const deps: Deps = {
    store: createStore(db),
    bell: { ringAt: async () => {}, ringOutbox: async () => {} },
    clock,
    newId: randomUUID,
    teamOf,
    caseUrl: () => null,
    log: silentLog(),
  };
  const { cases } = await wakeDue(deps);
  expect(cases).toBeGreaterThan(0);
}

/** A team's connection with a token, sealed. */
export async function connectTeam(
  db: Database,
  seal: Seal,
  workspaceId: WorkspaceId,
  token: string,
): Promise<void> {
  await withinWorkspaces(db, [workspaceId], async (tx) => {
    await insertConnection(tx, {
      id: 'slack-T1',
      workspaceId,
      kind: 'slack',
      externalId: 'T1',
      status: 'connected',
      facts: { name: 'Example' },
    });
    await writeSecret(tx, seal, workspaceId, 'slack-T1', { token });
  });
}

/** Waits until it is said of a case. */
export async function said(
  client: ConsoleClient,
  title: string,
  words: RegExp,
  withinMs = 10_000,
): Promise<void> {
  await eventually(async () => count((await saidOf(() => client, title)).thread, words) === 1, withinMs);
}

/** Waits a moment, and expects that nothing stands in a case's thread twice. */
export async function saidOnce(client: ConsoleClient, titles: readonly string[]): Promise<void> {
  await sleep(500);
  for (const title of titles) {
    const thread = (await saidOf(() => client, title)).thread.map(wordsOf);
    expect(
      thread.filter((words, at) => thread.indexOf(words) !== at),
      title,
    ).toEqual([]);
  }
}

/** What is said of a promise of an hour, and how many minutes after what came before. */
export const STEPS = [
  { minutes: 49, words: /soon due: /u },
  { minutes: 6, words: /^At risk: /u },
  { minutes: 6, words: /now\. Kept\?/u },
] as const;
