import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pace, TooFast } from '../../src/app/pace.ts';
import { createPace } from '../../src/operation/pace.ts';
import { PEOPLE, TENANT_1 } from '../support/fake-teams-world.ts';
import { eventually } from '../support/running-kept.ts';
import { type SlackEars, slackEars } from '../support/slack-ears.ts';
import { type TeamsEars, teamsEars } from '../support/teams-ears.ts';
import { teamsWitness } from '../support/teams-witness.ts';
import { startWebServer } from '../support/web-server.ts';

/** 100 in ten seconds, and one person 20 of them. */
const PER_SECOND = 10;
/** A pace that a test holds in its hand. */
function heldPace() {
  const held: { tooFast: TooFast | null } = { tooFast: null };
  const pace: Pace = { take: ({ of }) => Promise.resolve(of === 'asked' ? held.tooFast : null) };
  return { pace, held };
}

const TOO_FAST = 'more at once than Kept takes in';

/** All that was accepted is carried out. */
async function allDone(on: Pick<SlackEars | TeamsEars, 'rows'>): Promise<void> {
  await eventually(async () => {
    const owed = (await on.rows()).filter(({ doneAt }) => doneAt === null);
    if (owed.length > 0) throw new Error(JSON.stringify(owed));
    return true;
  }, 20_000);
}

const many = <T>(count: number, make: (nr: number) => T): T[] =>
  Array.from({ length: count }, (_, nr) => make(nr));

function median(all: readonly number[]): number {
  const sorted = all.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

describe('a flood from one Slack team', () => {
  let on: SlackEars;
  let other: string;
  beforeAll(async () => {
    on = await slackEars('embedded', createPace(PER_SECOND, { warn: () => {} }));
    other = await on.connectSecondTeam();
  });
  afterAll(async () => {
    await on.stop();
  });

  const command = (team: string, user: string, text: string) =>
    on.fake.command({ team, user, channel: 'C1', text });
  const timed = async () => {
    const { ms, status, body } = await command('T2', 'U1', 'help');
    expect([status, body]).toEqual([200, '']);
    return ms;
  };

  it('another team is answered within its usual time, and whoever is too fast is told so', async () => {
    // given
    const usual: number[] = [];
    for (let nr = 0; nr < 7; nr += 1) usual.push(await timed());
    // when
    const flood = many(400, (nr) => command('T1', `U${(nr % 5) + 1}`, `Acme is down ${nr}`));
    const meanwhile: number[] = [];
    for (let nr = 0; nr < 7; nr += 1) meanwhile.push(await timed());
    const answers = await Promise.all(flood);
    // then Slack hears of no failure, for it would send it again and then switch the app off
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = answers.filter(({ body }) => body.includes(TOO_FAST));
    // All 300 where the machine is quick enough for them to come within ten seconds.
    expect(refused.length).toBeGreaterThan(100);
    expect(
      refused.every(
        ({ body, json }) => /Acme is down \d+/.test(body) && json?.['response_type'] === 'ephemeral',
      ),
    ).toBe(true);
    // 400 that come at once have to be read and checked before those that come after them.
    expect(median(meanwhile)).toBeLessThan(Math.max(1_000, 5 * median(usual)));
    // and what was refused left nothing behind
    const rows = await on.rows();
    expect(rows.filter(({ workspaceId }) => workspaceId === on.workspaceId)).toHaveLength(
      400 - refused.length,
    );
    expect(rows.filter(({ workspaceId }) => workspaceId === other)).toHaveLength(14);
  });

  it('what people say among themselves uses up nothing of what they may ask', async () => {
    const say = (nr: number) =>
      on.fake.event({
        team: 'T2',
        event: {
          type: 'message',
          user: `U${nr % 5}`,
          channel: 'C1',
          ts: `8.${nr}`,
          thread_ts: '8.0',
          text: 'word',
        },
      });
    const answers = await Promise.all(many(200, say));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await command('T2', 'U2', 'help')).body).not.toContain(TOO_FAST);
  });
});

describe('a Slack team that is too fast', () => {
  const { pace, held } = heldPace();
  let on: SlackEars;
  beforeAll(async () => {
    on = await slackEars('embedded', pace);
    held.tooFast = { againInMs: 9_000 };
  });
  afterAll(async () => {
    await on.stop();
  });

  it('a form isn’t lost: it stays open with the word at its field', async () => {
    const heard = await on.fake.payload({
      type: 'view_submission',
      team: { id: 'T1' },
      user: { id: 'U1', team_id: 'T1' },
      trigger_id: 'a trigger',
      view: {
        id: 'V1',
        type: 'modal',
        hash: 'h',
        private_metadata: '{}',
        state: { values: { 'field/stakes/0': { stakes: { type: 'plain_text_input', value: 'Much' } } } },
      },
    });
    expect(heard.status).toBe(200);
    expect(heard.json).toMatchObject({
      response_action: 'errors',
      errors: { 'field/stakes/0': expect.stringContaining(TOO_FAST) },
    });
  });

  it('what can’t be answered is taken all the same, and done a little later', async () => {
    // given
    await allDone(on);
    const before = new Set((await on.rows()).map(({ id }) => id));
    const since = async () => (await on.rows()).filter(({ id }) => !before.has(id));
    const mention = (nr: number) =>
      on.fake.event({
        team: 'T1',
        event: { type: 'app_mention', user: 'U2', channel: 'C1', ts: `9.${nr}`, text: '<@UBOT> mine' },
      });
    // when
    const answers = await Promise.all(many(10, mention));
    // then
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const owed = await since();
    expect(owed).toHaveLength(10);
    expect(owed.filter(({ doneAt }) => doneAt === null)).toHaveLength(10);
    // when their time has come
    on.clock.forward(11_000);
    await on.hearing.late();
    await allDone(on);
    expect((await since()).filter(({ error }) => error !== null)).toEqual([]);
  });
});

describe('a Slack team whose others are too fast', () => {
  it('everybody who presses is told so, once in a while', async () => {
    const { take } = createPace(1, { warn: () => {} });
    const pace: Pace = {
      take: (one) => (one.of === 'asked' ? Promise.resolve({ againInMs: 9_000 }) : take(one)),
    };
    const on = await slackEars('embedded', pace);
    try {
      const already = on.fake.responses.length;
      const press = (user: string) =>
        on.fake.shortcut({
          team: 'T1',
          user,
          callbackId: 'open',
          message: { channel: 'C1', ts: '1.1', user: 'U2', text: 'Acme is down' },
        });
      const answers = await Promise.all(['U1', 'U2', 'U1'].map(press));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const told = await eventually(() => {
        const said = on.fake.responses.slice(already).map(({ user, body }) => ({ user, text: body['text'] }));
        if (said.length < 2) throw new Error(JSON.stringify(said));
        return Promise.resolve(said);
      });
      expect(told.map(({ user }) => user).toSorted()).toEqual(['U1', 'U2']);
      expect(told.every(({ text }) => String(text).includes(TOO_FAST))).toBe(true);
    } finally {
      await on.stop();
    }
  });
});

describe('a tenant of Teams that is too fast', () => {
  const { pace, held } = heldPace();
  let on: TeamsEars;
  beforeAll(async () => {
    on = await teamsEars('embedded', pace);
  });
  afterAll(async () => {
    await on.stop();
  });
  const whose = { tenant: TENANT_1, person: PEOPLE.Ada, conversation: null };

  it('a press is answered in words, and a message waits for its turn', async () => {
    // given a form that stands there
    const see = teamsWitness(on);
    const form = await see.ask(whose, 'Acme export down since noon');
    await see.allDone();
    const before = (await on.rows()).length;
    // when
    held.tooFast = { againInMs: 9_000 };
    const said = await Promise.all(
      many(10, (nr) => on.fake.message({ ...whose, text: `Acme ${nr}`, id: `m${nr}` })),
    );
    const pressed = await on.fake.press({
      ...whose,
      on: form.id,
      button: 'Open',
      typing: { stakes: 'Much' },
    });
    // as a client sends it that knows no answer in place: nobody reads what a message is answered with
    const sent = await on.fake.submit({ ...whose, on: form.id, button: 'Open', typing: { stakes: 'All' } });
    // then
    expect(new Set(said.map(({ status }) => status))).toEqual(new Set([200]));
    expect(pressed.status).toBe(200);
    expect(pressed.body).toContain(TOO_FAST);
    expect(sent.status).toBe(200);
    expect(await on.cases()).toEqual([]);
    expect((await on.rows()).length - before).toBe(11);
    // when
    on.clock.forward(11_000);
    await on.teams.late();
    await allDone(on);
    expect((await on.rows()).filter(({ error }) => error !== null)).toEqual([]);
    expect(await on.cases()).toHaveLength(1);
  });
});

describe('a flood at the console', () => {
  it('429 with when to come again; what others do goes on', async () => {
    const on = await startWebServer({ pace: createPace(PER_SECOND, { warn: () => {} }) });
    try {
      const { ana, ben } = await import('../support/fake-console.ts');
      await on.post('/api/setup', { kind: 'example' });
      const answers = await Promise.all(many(50, () => on.say(ana.id, 'too much', { nonce: randomUUID() })));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(30);
      const [first] = refused;
      expect(Number(first?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await first?.text()).toContain(TOO_FAST);
      expect((await on.say(ben.id, 'enough')).status).toBe(200);
    } finally {
      await on.stop();
    }
  });
});
