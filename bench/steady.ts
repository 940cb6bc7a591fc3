import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Signed slash commands at a fixed rate, whatever becomes of those before. */
export type Steady = { port: number; signingSecret: string; aSecond: number; seconds: number };

/**
 * Gives the ms from when each command should have been sent to the end of its answer, so that what queues up behind
 * a slow answer counts. Throws when one is answered otherwise than by 200 and nothing.
 */
export async function steady({ port, signingSecret, aSecond, seconds }: Steady): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const begun = performance.now();
  try {
    return await Promise.all(
      Array.from({ length: aSecond * seconds }, async (_, nr) => {
        const at = begun + (nr * 1_000) / aSecond;
        await sleep(at - performance.now());
        await command(port, signingSecret, agent, nr);
        return performance.now() - at;
      }),
    );
  } finally {
    agent.destroy();
  }
}

function command(port: number, signingSecret: string, agent: Agent, nr: number): Promise<void> {
  const body = new URLSearchParams({
    command: '/care',
    text: `Acme number ${nr} is down`,
    team_id: 'T1',
    team_domain: 'example',
    user_id: `U${(nr % 5) + 1}`,
    user_name: 'ada',
    channel_id: 'C1',
    channel_name: 'care',
    api_app_id: 'A1',
    is_enterprise_install: 'false',
    trigger_id: `${randomUUID()}.1`,
    response_url: 'http://127.0.0.1:9/nowhere',
    token: 'verification',
  }).toString();
  const at = String(Math.floor(Date.now() / 1_000));
  const mac = createHmac('sha256', signingSecret).update(`v0:${at}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    'x-slack-request-timestamp': at,
    'x-slack-signature': `v0=${mac}`,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path: '/slack/events', method: 'POST', agent, headers });
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => {
        if (response.statusCode === 200 && text === '') resolve();
        else reject(new Error(`A command was answered by ${response.statusCode}: ${text.slice(0, 200)}`));
      });
    });
    sent.end(body);
  });
}
