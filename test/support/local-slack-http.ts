import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { Fields } from './local-slack-amend.ts';
import { SIGNING_SECRET } from './local-slack-team.ts';

/** The three kinds of what an app is sent, by the names that Socket Mode has for them. */
export type Kind = 'events_api' | 'interactive' | 'slash_commands';

/** What comes as JSON inside of a form. */
const AS_JSON = new Set(['payload', 'blocks', 'attachments', 'view', 'metadata', 'unfurls']);

/** The body of a request, whole. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** The arguments in a body: JSON, or a form. */
export function argsOf(body: string, type: string): Fields {
  if (type.includes('json')) return Fields.parse(JSON.parse(body));
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [name, AS_JSON.has(name) ? parsed(value) : value]),
  );
}

/** Of which kind a request is that an app is sent, and what it says. */
export function heardOf(body: string, type: string): { kind: Kind; payload: Fields } {
  const args = argsOf(body, type);
  if (type.includes('json')) return { kind: 'events_api', payload: args };
  return 'payload' in args
    ? { kind: 'interactive', payload: Fields.parse(args['payload']) }
    : { kind: 'slash_commands', payload: args };
}

/** Sends an app something as Slack does, signed. Gives the answer's body; throws when it isn't a good answer. */
export async function postSigned(url: string, kind: Kind, payload: Fields): Promise<string> {
  const json = kind === 'events_api';
  const fields = kind === 'interactive' ? { payload: JSON.stringify(payload) } : payload;
  const body = json
    ? JSON.stringify(payload)
    : new URLSearchParams(z.record(z.string(), z.string()).parse(fields)).toString();
  const at = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${at}:${body}`).digest('hex');
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': at,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The app answered ${response.status} to ${kind}: ${text}`);
  return text;
}

/** JSON, or undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
