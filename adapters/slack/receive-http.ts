import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { Log } from '../../src/app/deps.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { arrive } from './arrival.ts';
import type { Retry, TakeIn } from './bolt.ts';
import { signatureFault } from './verify.ts';

/** Slack's own payloads stay below 250 KB: a view with all that it holds. */
const MAX_BODY = 1_024 * 1_024;

const Body = z.record(z.string(), z.unknown());

/**
 * `POST /slack/events`, for all that Slack sends. 413 for a body over 1 MB, 401 for one that Slack didn't sign, or
 * not within five minutes of now, 400 for one that can't be read, and 503 when it couldn't be written down.
 */
export function slackRoutes(parts: { signingSecret: string; takeIn: TakeIn; log: Log }): Hono {
  const { signingSecret, takeIn, log } = parts;
  const app = new Hono();

  async function receive(c: Context) {
    const { arrival, answered } = arrive();
    let raw: Buffer;
    try {
      raw = Buffer.from(await c.req.arrayBuffer());
    } catch (err) {
      log.info({ err }, 'a request to Slack’s address ended before it was whole');
      return c.json({ error: 'This request ended too early.' }, 400);
    }
    const fault = signatureFault({
      signingSecret,
      timestamp: c.req.header('x-slack-request-timestamp'),
      signature: c.req.header('x-slack-signature'),
      body: raw,
      // Slack signs by the wall clock, whatever clock Kept goes by.
      now: Date.now(),
    });
    if (fault !== null) {
      log.warn({ fault }, 'a request to Slack’s address is not from Slack');
      return c.json({ error: 'This request is not signed by Slack, or not now.' }, 401);
    }
    const body = bodyOf(raw.toString('utf8'), c.req.header('content-type') ?? '');
    if (body === null) {
      log.warn({ bytes: raw.length }, 'a request from Slack can’t be read');
      return c.json({ error: 'This request can’t be read.' }, 400);
    }
    if (body['ssl_check'] !== undefined) {
      return c.body(null, 200);
    }
    if (body['type'] === 'url_verification') {
      const challenge = body['challenge'];
      return typeof challenge === 'string' ? c.json({ challenge }) : c.json({ error: 'No challenge.' }, 400);
    }
    // What is answered goes out at once, whatever is still to be done with it.
    void takeIn(body, arrival, retryOf(c));
    const answer = await answered;
    switch (answer.how) {
      case 'accepted':
        return answer.body === null ? c.body(null, 200) : c.json(answer.body);
      case 'turned away':
        return c.json({ error: 'Kept can’t take this in right now. Send it again.' }, 503);
      case 'unreadable':
        return c.json({ error: 'This is nothing that Kept knows.' }, 400);
      default:
        return unreachable(answer);
    }
  }

  const limited = bodyLimit({
    maxSize: MAX_BODY,
    onError: (c) => {
      log.warn({ maxBytes: MAX_BODY }, 'a request to Slack’s address is too large');
      // What is left of it isn’t read: the connection can’t be used again.
      return c.json({ error: 'This is too large: 1 MB at most.' }, 413, { connection: 'close' });
    },
  });
  app.post(
    '/slack/events',
    (c, next) => (isSaidToBeSmall(c) ? next() : limited(c, next)),
    (c) => receive(c),
  );
  return app;
}

/** A length that is said is held by Node itself. The limit counts by making a stream of the body, which costs more than all else here. */
function isSaidToBeSmall(c: Context): boolean {
  const length = c.req.header('content-length');
  return c.req.header('transfer-encoding') === undefined && Number(length ?? Number.NaN) <= MAX_BODY;
}

/** Events come as JSON, interactions as JSON in a form's `payload`, commands as a form. Null for what isn't an object. */
function bodyOf(text: string, contentType: string): z.infer<typeof Body> | null {
  if (contentType.includes('application/json')) {
    return objectOf(text);
  }
  const form = Object.fromEntries(new URLSearchParams(text));
  const { payload } = form;
  if (payload !== undefined) {
    return objectOf(payload);
  }
  return Object.keys(form).length === 0 ? null : form;
}

function objectOf(json: string): z.infer<typeof Body> | null {
  try {
    const parsed = Body.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function retryOf(c: Context): Retry {
  const num = Number(c.req.header('x-slack-retry-num') ?? Number.NaN);
  return { num: Number.isInteger(num) ? num : null, reason: c.req.header('x-slack-retry-reason') ?? null };
}
