import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { META_VERSION } from '../../adapters/slack/meta.ts';
import { ActionId } from '../../src/conversation/card.ts';
import { FormId } from '../../src/conversation/form.ts';
import { enginesToTest } from '../support/engines.ts';
import { CHANNEL, PEOPLE, TENANT_1 } from '../support/fake-teams-world.ts';
import { anyJson, fixtures, mutated, oddKeys, oddText, oddValue, runs } from '../support/fuzz.ts';
import { rowFaults } from '../support/fuzz-rows.ts';
import { eventually } from '../support/running-kept.ts';
import { type SlackEars, slackEars } from '../support/slack-ears.ts';
import { type TeamsEars, teamsEars } from '../support/teams-ears.ts';

vi.setConfig({ testTimeout: 120_000 + runs(300_000) });

const engine = (await enginesToTest()).includes('postgres') ? 'postgres' : 'embedded';
const NONCE = '10000000-0000-4000-8000-000000000001';
const FIELDS =
  'customer title stakes happened deadline severity owner action followUp proof reason to need by options option member leadId money days country currency zone quietFrom homeChannel'.split(
    ' ',
  );
const values = fc.dictionary(fc.oneof(fc.constantFrom(...FIELDS), oddKeys), oddText, {
  maxKeys: 8,
  noNullPrototype: true,
});
const form = fc.record({
  form: fc.constantFrom(...FormId.options),
  nonce: fc.oneof(fc.uuid(), fc.constant(NONCE)),
  subject: fc.constant({ caseId: null, promiseId: null, askId: null }),
  place: fc.record({ connection: oddText, channel: fc.oneof(oddText, fc.constant('C1')) }),
  source: fc.constant(null),
});

type Heard = { status: number; body: string };
const whole = (sent: unknown, { status, body }: Heard) => {
  // 501 is what the Bot Framework asks for where an invoke is nobody’s.
  if (status >= 500 && status !== 501)
    throw new Error(`${status} ${body.slice(0, 200)} to ${JSON.stringify(sent).slice(0, 2_000)}`);
};

/** Waits until all that was accepted has been worked on, at least once. */
const idle = (on: Pick<SlackEars | TeamsEars, 'rows'>) =>
  eventually(
    async () => (await on.rows()).every(({ doneAt, error }) => doneAt !== null || error !== null),
    60_000,
  );

/** What went wrong inside: an answer of ours may not hide it. */
const errors = (on: Pick<SlackEars | TeamsEars, 'log'>) =>
  on.log
    .filter(({ level }) => level === 'error')
    .map(({ message, fields }) => `${message} ${String(Reflect.get(fields, 'err'))}`);

describe('whatever comes from Slack, signed', () => {
  let on: SlackEars;
  beforeAll(async () => {
    on = await slackEars(engine);
  });
  afterAll(async () => {
    await on.stop();
  });

  const known = JSON.parse(
    JSON.stringify(fixtures('slack'))
      .replaceAll('T0TEAM', 'T1')
      .replaceAll('U0ADA', 'U1')
      .replaceAll('C0CARE', 'C1')
      .replaceAll(/https:\/\/hooks\.slack\.com[^"]*/g, 'http://127.0.0.1:1/'),
  );
  const about = { team: { id: 'T1' }, user: { id: 'U1', team_id: 'T1' }, is_enterprise_install: false };
  const submission = fc.tuple(form, values).map(([meta, typed]) => ({
    ...about,
    type: 'view_submission',
    trigger_id: `t${JSON.stringify(typed).length}${Math.random()}`,
    view: {
      id: 'V1',
      type: 'modal',
      hash: 'h',
      callback_id: 'form',
      private_metadata: JSON.stringify({ ...meta, v: META_VERSION, kind: 'form', filled: {}, warned: '' }),
      state: {
        values: Object.fromEntries(
          Object.entries(typed).map(([name, value]) => [
            `field/${name}/0`,
            { x: { type: 'plain_text_input', value } },
          ]),
        ),
      },
    },
  }));
  const press = fc.tuple(fc.constantFrom(...ActionId.options), oddValue).map(([action, odd]) => ({
    ...about,
    type: 'block_actions',
    trigger_id: `p${Math.random()}`,
    response_url: '',
    container: { type: 'message', message_ts: '1.1', channel_id: 'C1' },
    channel: { id: 'C1' },
    actions: [
      {
        type: 'button',
        action_id: 'act/0',
        value: JSON.stringify({
          v: META_VERSION,
          do: 'act',
          action,
          subject: { caseId: odd, promiseId: null, askId: null },
        }),
        action_ts: String(Math.random() * 1e9),
      },
    ],
  }));
  const payloads = fc.oneof(
    { weight: 3, arbitrary: mutated(Array.isArray(known) ? known : []) },
    { weight: 3, arbitrary: submission },
    { weight: 2, arbitrary: press },
    { weight: 1, arbitrary: mutated([{ a: 1 }]) },
    { weight: 1, arbitrary: anyJson },
  );

  it('gets no 500, and leaves nothing half saved', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, fc.boolean(), async (payload, isJson) => {
        const json = JSON.stringify(payload) ?? '';
        const sent = isJson
          ? await on.fake.raw('application/json', json)
          : await on.fake.raw(
              'application/x-www-form-urlencoded',
              new URLSearchParams({ payload: json }).toString(),
            );
        whole(payload, sent);
      }),
      { numRuns: runs(1_000) },
    );
    await idle(on);
    expect(errors(on)).toEqual([]);
    expect(await rowFaults(on.db, [on.workspaceId])).toEqual([]);
  });

  it('so do commands, whatever stands behind /care', async () => {
    const said = fc.oneof(
      oddText,
      fc
        .tuple(fc.constantFrom('away until', 'show', 'list', 'Acme down by', 'team'), oddText)
        .map((two) => two.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(said, async (text) => {
        whole(text, await on.fake.command({ team: 'T1', user: 'U1', channel: 'C1', text }));
      }),
      { numRuns: runs(600) },
    );
    await idle(on);
    expect(errors(on)).toEqual([]);
    expect(await rowFaults(on.db, [on.workspaceId])).toEqual([]);
    // and it hears as before
    expect((await on.fake.command({ team: 'T1', user: 'U1', channel: 'C1', text: 'help' })).status).toBe(200);
  });
});

describe('whatever comes from Teams', () => {
  let on: TeamsEars;
  beforeAll(async () => {
    on = await teamsEars(engine);
  });
  afterAll(async () => {
    await on.stop();
  });
  const whose = { tenant: TENANT_1, person: PEOPLE.Ada, conversation: CHANNEL };

  it('gets no 500, and leaves nothing half saved', async () => {
    const inputs = fc.tuple(form, values).map(([meta, typed]) => ({
      kept: { v: 1, do: 'submit', meta: { ...meta, under: null, warned: '', rest: null } },
      ...Object.fromEntries(Object.entries(typed).map(([name, value]) => [`f.${name}`, value])),
    }));
    const data = fc.oneof(
      inputs,
      mutated([{ kept: { v: 1, do: 'whole', ref: { of: 'post', key: 'x' }, page: 0 } }]),
      oddValue,
    );
    const value = fc.oneof(
      {
        weight: 2,
        arbitrary: data.map(
          (it) =>
            [
              'invoke',
              'adaptiveCard/action',
              { action: { type: 'Action.Execute', verb: 'kept', data: it }, trigger: 'manual' },
            ] as const,
        ),
      },
      {
        weight: 1,
        arbitrary: data.map((it) => ['invoke', 'task/submit', { data: it, context: {} }] as const),
      },
      { weight: 1, arbitrary: data.map((it) => ['invoke', 'task/fetch', { data: it }] as const) },
      { weight: 1, arbitrary: oddValue.map((it) => ['invoke', 'application/search', it] as const) },
      { weight: 1, arbitrary: oddValue.map((it) => ['invoke', 'composeExtension/fetchTask', it] as const) },
      {
        weight: 1,
        arbitrary: oddValue.map((it) => ['invoke', 'composeExtension/queryLink', { url: it }] as const),
      },
      { weight: 1, arbitrary: data.map((it) => ['message', undefined, it] as const) },
    );
    let nr = 0;
    await fc.assert(
      fc.asyncProperty(value, async ([type, name, it]) => {
        nr += 1;
        const envelope = on.fake.envelope(whose, `fuzz-${nr}`, null);
        const sent = { ...envelope, type, value: it, ...(name === undefined ? {} : { name }) };
        whole(sent, await on.fake.activity(sent));
      }),
      { numRuns: runs(800) },
    );
    await fc.assert(
      fc.asyncProperty(
        mutated(fixtures('teams')).chain((one) => fc.constantFrom(one)),
        async (one) => {
          nr += 1;
          const envelope = on.fake.envelope(whose, `recorded-${nr}`, null);
          const sent =
            typeof one === 'object' && one !== null
              ? {
                  ...one,
                  serviceUrl: envelope.serviceUrl,
                  conversation: Reflect.get(one, 'conversation') ?? envelope.conversation,
                }
              : one;
          whole(sent, await on.fake.raw(JSON.stringify(sent) ?? ''));
        },
      ),
      { numRuns: runs(1_000) },
    );
    await idle(on);
    expect(errors(on)).toEqual([]);
    expect(await rowFaults(on.db, [on.workspaceId])).toEqual([]);
  });

  it('so does whatever is said to Kept', async () => {
    await fc.assert(
      fc.asyncProperty(oddText, async (text) => {
        whole(text, await on.fake.message({ ...whose, text, mention: true }));
      }),
      { numRuns: runs(300) },
    );
    await idle(on);
    expect(errors(on)).toEqual([]);
    expect(await rowFaults(on.db, [on.workspaceId])).toEqual([]);
  });
});
