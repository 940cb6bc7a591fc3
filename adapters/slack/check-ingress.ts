import { createHmac, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Finding, noAnswer, ok, warning, wrong } from '../../src/app/finding.ts';
import { asked } from './finding.ts';
import type { SlackConfig } from './slack-config.ts';
import { newClients } from './web-client.ts';

/** No look takes longer. */
export const ANSWER_WITHIN_MS = 5_000;

const MEND_ADDRESS =
  'See that PUBLIC_URL is this Kept’s, and that the proxy hands /slack/ on to it unchanged.';

/** Whether what Slack says reaches Kept, the way that is configured. */
export async function checkIngress(config: SlackConfig, publicUrl: string | null): Promise<Finding[]> {
  const { receive } = config;
  if (receive.by === 'http') {
    return checkRequestUrl(receive.signingSecret, publicUrl);
  }
  return asked('Socket Mode', async () => {
    await newClients(config.apiUrl)(receive.appToken).apps.connections.open();
    return [ok('Socket Mode: the app token opens a connection.')];
  });
}

/** Does what Slack does when a request URL is saved, and what a stranger would do. */
async function checkRequestUrl(signingSecret: string, publicUrl: string | null): Promise<Finding[]> {
  if (publicUrl === null) {
    return [
      warning(
        'PUBLIC_URL isn’t set, so the request URL can’t be tried.',
        'Set PUBLIC_URL to the address that Slack reaches Kept at, or use Socket Mode with SLACK_APP_TOKEN.',
      ),
    ];
  }
  const url = `${publicUrl.replace(/\/+$/u, '')}/slack/events`;
  const challenge = randomUUID();
  const body = JSON.stringify({ type: 'url_verification', token: '', challenge });
  const answer = await post(url, body, signatureOf(signingSecret, body));
  if (answer.kind === 'none') {
    return [noAnswer(url, answer.code, 'Slack')];
  }
  if (answer.status !== 200 || !answer.text.includes(challenge)) {
    return [otherAnswer(url, answer.status)];
  }
  const unsigned = await post(url, body, {});
  if (unsigned.kind === 'none' || unsigned.status !== 401) {
    const mend = 'Something stands before Kept and answers in its place: let it hand the request on.';
    return [wrong(`${url} answers what nobody signed.`, mend)];
  }
  return [
    ok(`${url} answers Slack’s challenge, and nobody else’s.`),
    ...(new URL(url).protocol === 'https:'
      ? []
      : [
          warning(
            `Slack sends to https addresses only, and PUBLIC_URL is ${publicUrl}.`,
            'Set PUBLIC_URL to the https address of the proxy before Kept.',
          ),
        ]),
  ];
}

/** As Slack signs: https://docs.slack.dev/authentication/verifying-requests-from-slack */
function signatureOf(signingSecret: string, body: string): Record<string, string> {
  const seconds = String(Math.floor(Date.now() / 1_000));
  const hash = createHmac('sha256', signingSecret).update(`v0:${seconds}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': seconds, 'x-slack-signature': `v0=${hash}` };
}

type Answer = { kind: 'answer'; status: number; text: string } | { kind: 'none'; code: string };

async function post(url: string, body: string, headers: Record<string, string>): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { kind: 'answer', status: response.status, text: await response.text() };
  } catch (error) {
    return { kind: 'none', code: codeOf(error) };
  }
}

/** fetch hides the reason below its error; of a time that ran out there is a name alone. */
const FetchError = z.object({ cause: z.object({ code: z.string() }) });

function codeOf(error: unknown): string {
  const parsed = FetchError.safeParse(error);
  return parsed.success
    ? parsed.data.cause.code
    : error instanceof Error
      ? error.name
      : 'no reason was given';
}

function otherAnswer(url: string, status: number): Finding {
  switch (status) {
    case 401:
      return wrong(
        `${url} turns down what is signed with this SLACK_SIGNING_SECRET.`,
        'Give the Kept that runs there the same one, set its clock by NTP, and let the proxy change no body.',
      );
    case 502:
    case 503:
    case 504:
      return warning(`${url} answers ${status}: the proxy finds no Kept.`, 'Start Kept; then look again.');
    default:
      return wrong(
        status >= 300 && status < 400
          ? `${url} leads elsewhere (${status}), and Slack doesn’t follow.`
          : `${url} answers ${status}, and not with Slack’s challenge.`,
        MEND_ADDRESS,
      );
  }
}
