import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { count, promisedCase, saidOf } from '../support/care-case.ts';
import { consoleClient } from '../support/console-client.ts';
import { enginesToTest } from '../support/engines.ts';
import { eventually } from '../support/running-kept.ts';
import { createRandom } from './rig/random.ts';
import { startRig } from './rig/rig.ts';
import { startServers } from './rig/servers.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** Writes rows through a way until it is told to stop, and gives those that were acknowledged. */
function writer(url: string) {
  const acknowledged: number[] = [];
  const done = new AbortController();
  const write = async () => {
    for (let nr = 1; !done.signal.aborted; ) {
      const client = new Client({
        connectionString: url,
        query_timeout: 2_000,
        connectionTimeoutMillis: 2_000,
      });
      client.on('error', () => undefined);
      try {
        await client.connect();
        for (; !done.signal.aborted; nr += 1) {
          await client.query('insert into row (nr) values ($1) on conflict do nothing', [nr]);
          acknowledged.push(nr);
        }
        await client.end();
      } catch {
        client.connection.stream.destroy();
        await sleep(20);
      }
    }
  };
  const writing = write();
  return {
    acknowledged,
    stop: async () => {
      done.abort();
      await writing;
    },
  };
}

describe.skipIf(!(await enginesToTest()).includes('redis'))('the rig', () => {
  it('loses no acknowledged row when Postgres fails over, aloud and silently, and when it crashes', async () => {
    const { postgres, stop } = await startServers();
    stops.push(stop);
    const { url } = await postgres.way();
    const setUp = new Client(postgres.url());
    await setUp.connect();
    await setUp.query('create table row (nr int primary key)');
    await setUp.end();
    const first = postgres.url();
    const written = writer(url);

    for (const silently of [false, true]) {
      const before = written.acknowledged.length;
      await eventually(() => Promise.resolve(written.acknowledged.length > before + 50));
      await postgres.lose(silently);
      await postgres.promote();
      await postgres.makeStandby();
    }
    for (const how of ['immediate', 'killed'] as const) {
      const before = written.acknowledged.length;
      await eventually(() => Promise.resolve(written.acknowledged.length > before + 50));
      await postgres.end(how);
      await postgres.begin();
    }
    await eventually(() => Promise.resolve(written.acknowledged.length > 300));
    await written.stop();

    expect(postgres.url()).not.toBe(first);
    const look = new Client(postgres.url());
    await look.connect();
    const { rows } = await look.query<{ nr: number }>('select nr from row');
    await look.end();
    const there = new Set(rows.map(({ nr }) => nr));
    expect(written.acknowledged.filter((nr) => !there.has(nr))).toEqual([]);
  });

  it('starts a fleet whose clocks may jump by minutes, and nothing is said early or late for it', async () => {
    const rig = await startRig({
      random: createRandom(1),
      slack: {},
      teams: {},
      webs: 0,
      log: () => undefined,
    });
    stops.push(rig.stop);
    const client = consoleClient(Number(new URL(rig.consoleUrl()).port));
    await client.startExample();
    rig.fleet.forEach((kept, nr) => expect(kept.setClock((nr % 2 === 0 ? 1 : -1) * 600_000)).toBe(true));
    // Kept sees the wrong clock, or this test would prove nothing.
    await eventually(() =>
      Promise.resolve(rig.logs().warnings.some(({ msg }) => /clock is not the data/u.test(msg))),
    );

    await promisedCase(() => client, 'under jumping clocks', 'in 1 minute');
    const promised = Date.now();
    const said = () => saidOf(() => client, 'under jumping clocks');
    const soon = async () => count((await said()).thread, /soon due: /u);
    await sleep(40_000);
    expect(await soon()).toBe(0);
    await eventually(async () => (await soon()) === 1, 20_000);
    // Of a promise of one minute, soon is after 48 s.
    expect(Date.now() - promised).toBeGreaterThan(46_000);
    expect(rig.logs().crashes).toEqual([]);
  });

  it('starts again what was killed, and says what ended by itself', async () => {
    const rig = await startRig({
      random: createRandom(2),
      slack: {},
      teams: {},
      webs: 1,
      workers: 1,
      log: () => undefined,
    });
    stops.push(rig.stop);
    const pids = rig.fleet.map(({ pid }) => pid());
    for (const kept of rig.fleet) kept.signal('SIGKILL');
    await eventually(() => Promise.resolve(rig.webs().length === 0));
    expect(await rig.calm()).toEqual([]);
    expect(rig.fleet.map(({ pid }) => pid()).filter((pid) => pids.includes(pid))).toEqual([]);
    expect(rig.logs().crashes).toEqual([]);

    const victim = rig.fleet[0]?.pid();
    if (victim !== null && victim !== undefined) process.kill(victim, 'SIGABRT');
    await eventually(() => Promise.resolve(rig.logs().crashes.length === 1));
    expect(rig.logs().crashes[0]).toMatchObject({ name: 'web 1', exit: 'SIGABRT' });
    expect(await rig.calm()).toEqual([]);
  });
});
