import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startWeb } from '../../adapters/web/start.ts';
import { startEmulatedSlack } from '../support/emulate-slack.ts';
import { freePort } from '../support/engines.ts';
import { blocksOf, elementsOf } from '../support/fake-slack-views.ts';
import { eventually, runningKept } from '../support/running-kept.ts';
import { limitFaults } from '../support/slack-limits.ts';

const SECRET = 'a signing secret';
const CHANNEL = 'C000000001';
const Told = z.looseObject({ text: z.string(), blocks: z.array(z.unknown()) });
const Opened = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  view: z.looseObject({ id: z.string(), callback_id: z.string(), blocks: z.array(z.unknown()) }).optional(),
});

/** What Kept asks of a Slack and is answered, on the way there and back; and what it says to a `response_url`. */
async function startWitness(apiUrl: string) {
  const port = await freePort();
  const views: { method: string; sent: unknown; answer: z.infer<typeof Opened> }[] = [];
  const told: z.infer<typeof Told>[] = [];
  const app = new Hono();
  app.post('/api/:method', async ({ req }) => {
    const method = req.param('method');
    const body = await req.text();
    const headers = {
      authorization: req.header('authorization') ?? '',
      'content-type': req.header('content-type') ?? '',
    };
    const answer = await fetch(`${apiUrl}${method}`, { method: 'POST', headers, body });
    const said = await answer.text();
    if (method === 'views.open' || method === 'views.update') {
      const sent: unknown = JSON.parse(new URLSearchParams(body).get('view') ?? 'null');
      views.push({ method, sent, answer: Opened.parse(JSON.parse(said)) });
    }
    return new Response(said, { status: answer.status, headers: { 'content-type': 'application/json' } });
  });
  app.post('/told', async ({ req }) => {
    told.push(Told.parse(await req.json()));
    return new Response('ok');
  });
  const { stop } = await startWeb({ host: '127.0.0.1', port, app, close: () => {} });
  const url = `http://127.0.0.1:${port}`;
  return { apiUrl: `${url}/api/`, responseUrl: `${url}/told`, views, told, stop };
}

describe('triggers of a Slack made by others', () => {
  const stops: (() => Promise<unknown>)[] = [];
  let slack: Awaited<ReturnType<typeof startEmulatedSlack>>;
  let witness: Awaited<ReturnType<typeof startWitness>>;
  let ada: { id: string; team_id: string };
  let keptAt: string;

  beforeAll(async () => {
    slack = await startEmulatedSlack(await freePort(), 'http://127.0.0.1/unused');
    stops.push(slack.stop);
    ada = await slack.ada();
    witness = await startWitness(slack.apiUrl);
    stops.push(witness.stop);
    const kept = await runningKept({ databaseUrl: null, redisUrl: null }, undefined, {
      slack: {
        apiUrl: witness.apiUrl,
        receive: { by: 'http', signingSecret: SECRET },
        install: { by: 'token', botToken: slack.botToken },
      },
    });
    stops.push(kept.stop);
    keptAt = `http://127.0.0.1:${kept.port}/slack/events`;
    // Until its team is connected, a command is answered with that.
    await eventually(async () => (await command('list', (await slack.trigger(ada.id)).id)) === '');
    await eventually(async () => witness.told.length > 0);
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  /** Sends a signed form, as Slack does, and gives what Kept answers at once. */
  async function post(fields: Record<string, string>): Promise<string> {
    const body = new URLSearchParams(fields).toString();
    const at = String(Math.floor(Date.now() / 1_000));
    const mac = createHmac('sha256', SECRET).update(`v0:${at}:${body}`).digest('hex');
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': at,
      'x-slack-signature': `v0=${mac}`,
    };
    const answer = await fetch(keptAt, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    return answer.text();
  }

  const command = (text: string, triggerId: string) =>
    post({
      command: '/care',
      text,
      team_id: ada.team_id,
      user_id: ada.id,
      channel_id: CHANNEL,
      trigger_id: triggerId,
      response_url: witness.responseUrl,
    });

  /** Presses the button of those words under what Kept told. */
  const press = (told: z.infer<typeof Told>, label: string, triggerId: string) => {
    const buttons = blocksOf(told.blocks).flatMap((block) =>
      elementsOf(block).map((element) => ({ ...element, block_id: block.block_id })),
    );
    const button = buttons.find((one) => JSON.stringify(one).includes(`"${label}"`));
    if (button === undefined) throw new Error(`There is no “${label}” in ${JSON.stringify(told)}`);
    const payload = {
      type: 'block_actions',
      team: { id: ada.team_id },
      user: { id: ada.id, team_id: ada.team_id },
      container: { type: 'message', message_ts: '1.1', channel_id: CHANNEL, is_ephemeral: true },
      channel: { id: CHANNEL },
      response_url: witness.responseUrl,
      trigger_id: triggerId,
      actions: [{ ...button, action_ts: String(Date.now() / 1_000) }],
    };
    return post({ payload: JSON.stringify(payload) });
  };

  /** The form that stands in Slack, once it does; *one moment* may have been opened in its place. */
  const formSince = (before: number) =>
    eventually(async () => {
      const views = witness.views.slice(before);
      expect(views[0]).toMatchObject({ method: 'views.open', answer: { ok: true } });
      return views.find(({ answer }) => answer.ok && answer.view?.callback_id === 'form');
    });

  it('opens the form by a trigger that is fresh', async () => {
    const before = witness.views.length;
    const told = witness.told.length;
    // when
    await command('export down since noon', (await slack.trigger(ada.id)).id);
    // then
    const { sent, answer } = await formSince(before);
    expect(JSON.stringify(answer.view)).toContain('export down since noon');
    expect(limitFaults(sent)).toEqual([]);
    expect(witness.told).toHaveLength(told);
  });

  it('answers one that is over with a button, which opens the form with what was typed', async () => {
    const before = witness.views.length;
    const told = witness.told.length;
    // given a command that comes when its trigger is over
    const trigger = await slack.trigger(ada.id);
    await sleep(trigger.over - Date.now());
    // when
    await command('import stuck for days', trigger.id);
    // then nothing opens, and it is said
    const answer = await eventually(async () => witness.told[told]);
    expect(answer).toMatchObject({ response_type: 'ephemeral' });
    expect(answer.text).toContain('What you wrote is all here.');
    expect(limitFaults(answer)).toEqual([]);
    const refused = witness.views.slice(before);
    expect(refused).toMatchObject([
      { method: 'views.open', answer: { ok: false, error: 'expired_trigger_id' } },
    ]);
    // when its button is pressed
    const pressed = witness.views.length;
    await press(answer, 'Open the form', (await slack.trigger(ada.id)).id);
    // then
    const form = await formSince(pressed);
    expect(JSON.stringify(form.answer.view)).toContain('import stuck for days');
    expect(limitFaults(form.sent)).toEqual([]);
    expect(witness.told).toHaveLength(told + 1);
  });
});
