import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/running-kept.ts';
import { type SlackEars, slackEars } from '../support/slack-ears.ts';
import { slowPostgres } from '../support/slow-postgres.ts';

const COMMANDS = 500;
const A_SECOND = 50;
const SLACK_GIVES_MS = 3_000;

/** Signed commands at a steady rate, whatever becomes of those before. */
async function burst(on: SlackEars) {
  const begun = performance.now();
  const heard = Array.from({ length: COMMANDS }, async (_, at) => {
    await sleep(begun + (at * 1_000) / A_SECOND - performance.now());
    return on.fake.command({
      team: 'T1',
      user: `U${(at % 5) + 1}`,
      channel: 'C1',
      text: `Acme load ${at} is down`,
    });
  });
  return Promise.all(heard);
}

describe('500 commands at 50 a second', () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  const start = async () => {
    const on = await slackEars('postgres');
    stops.push(on.stop);
    return on;
  };
  const written = async (on: SlackEars) => (await on.rows()).filter(({ error }) => error === null);
  const done = async (on: SlackEars) => (await written(on)).filter(({ doneAt }) => doneAt !== null).length;
  /** Each command's words, from the modals that were opened for it. */
  const opened = (on: SlackEars, kind: string) =>
    new Set(
      on.fake.views
        .filter(({ view }) => view['callback_id'] === kind)
        .flatMap(({ view }) => /load \d+ is down/.exec(JSON.stringify(view))?.[0] ?? []),
    );

  /**
   * Forms that stood open, and buttons for one: five people sent all of it, and a modal that another one closed
   * before it was ready gives way to a button.
   */
  const formsOf = (on: SlackEars) => {
    const buttons = on.fake.responses.flatMap(
      ({ body }) => /"heard\W+[0-9a-f-]{36}/.exec(JSON.stringify(body))?.[0] ?? [],
    );
    return opened(on, 'form').size + new Set(buttons).size;
  };

  it('every one is answered in time, and its form opens', async () => {
    const on = await start();
    // when
    const heard = await burst(on);
    // then
    expect(heard.filter(({ status, body }) => status !== 200 || body !== '')).toEqual([]);
    expect(Math.max(...heard.map(({ ms }) => ms))).toBeLessThan(SLACK_GIVES_MS);
    await eventually(async () => (await done(on)) === COMMANDS, 30_000);
    expect(formsOf(on)).toBe(COMMANDS);
    expect(on.fake.limitFaults).toEqual([]);
  }, 90_000);

  it('with Postgres slowed to 500 ms a query: answered in time, none lost, and the rest is worked off', async () => {
    // given a process whose every message to Postgres takes half a second
    const on = await start();
    const slow = await slowPostgres(on.poolConfig, 0);
    stops.push(slow.stop);
    const far = await on.another(slow.poolConfig);
    on.fake.keptAt(far.url);
    await on.fake.command({ team: 'T1', user: 'U1', channel: 'C1', text: 'list' });
    await eventually(async () => (await done(on)) === 1);
    slow.slow(500);
    // when
    const heard = await burst(on);
    // then every one was answered in time: its words are in the inbox, and something stands before its sender
    expect(heard.filter(({ status, body }) => status !== 200 || body !== '')).toEqual([]);
    expect(Math.max(...heard.map(({ ms }) => ms))).toBeLessThan(SLACK_GIVES_MS);
    expect(await written(on)).toHaveLength(COMMANDS + 1);
    await eventually(
      async () => new Set([...opened(on, 'wait'), ...opened(on, 'form')]).size === COMMANDS,
      5_000,
    );
    // and the rest is worked off, one after the other
    const before = await done(on);
    await eventually(async () => (await done(on)) > before + 3, 30_000);
    // when Postgres is well again, what waited for too long is found in the inbox and done, all of it once
    slow.slow(0);
    await sleep(500);
    on.clock.forward(120_000);
    await eventually(async () => {
      await far.hearing.late();
      return (await done(on)) === COMMANDS + 1;
    }, 60_000);
    expect(formsOf(on)).toBe(COMMANDS);
    expect(new Set((await on.rows()).map(({ key }) => key)).size).toBe(COMMANDS + 1);
  }, 180_000);
});
