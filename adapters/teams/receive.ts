import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Log } from '../../src/app/deps.ts';
import { Typed } from '../../src/domain/ids.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { type Answered, type Arrival, arrive } from './arrival.ts';
import type { Bot } from './bot.ts';
import { cardAnswer, dialogAnswer, linkAnswer, searchAnswer } from './invoke-answer.ts';
import { isTooDeep } from './json.ts';

/** Activities of Teams stay below 100 KB; an extension's message may be long. */
const MAX_BODY = 1_024 * 1_024;

/** What an invoke's answer has to look like. */
type Waiting = 'card' | 'dialog' | 'search' | 'none';
const WAITING: Readonly<Record<string, Waiting>> = {
  'adaptiveCard/action': 'card',
  'task/fetch': 'dialog',
  'task/submit': 'dialog',
  'composeExtension/fetchTask': 'dialog',
  'composeExtension/submitAction': 'dialog',
  'application/search': 'search',
};

/**
 * `POST /api/messages`, for all that Teams sends. 413 for a body over 1 MB, 415 for one that isn't JSON, 400 for one
 * that can't be read, 401 for one that isn't Microsoft's and for us, 403 for a tenant that isn't let in, and 503 when
 * it couldn't be written down.
 */
export function teamsRoutes(parts: {
  authenticate: Bot['authenticate'];
  hear: (body: object, arrival: Arrival) => Promise<void>;
  log: Log;
}): Hono {
  const { authenticate, hear, log } = parts;

  async function receive(c: Context): Promise<Response> {
    const { arrival, answered } = arrive();
    const body = await bodyOf(c, log);
    if (body === null) {
      log.info({}, 'a request to Teams’ address can’t be read');
      return c.json({ error: 'This request can’t be read.' }, 400);
    }
    let isMicrosofts: boolean;
    try {
      isMicrosofts = await authenticate(body, c.req.header('authorization') ?? '');
    } catch (err) {
      log.error({ err }, 'whether a request is Microsoft’s can’t be told');
      return c.json({ error: 'Kept can’t check right now who sends this. Send it again.' }, 503);
    }
    if (!isMicrosofts) {
      log.warn({}, 'a request to Teams’ address is not from Microsoft, or not for Kept');
      return c.json({ error: 'This request is not from Microsoft, or not for Kept.' }, 401);
    }
    // What is answered goes out at once, whatever is still to be done with it.
    void hear(body, arrival);
    return respond(c, await answered, waitingFor(body));
  }

  const limited = bodyLimit({
    maxSize: MAX_BODY,
    onError: (c) => {
      log.warn({ maxBytes: MAX_BODY }, 'a request to Teams’ address is too large');
      // What is left of it isn’t read: the connection can’t be used again.
      return c.json({ error: 'This is too large: 1 MB at most.' }, 413, { connection: 'close' });
    },
  });
  const app = new Hono();
  app.post('/api/messages', async (c, next) => {
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    const isPlain = (c.req.header('content-encoding') ?? 'identity') === 'identity';
    // Without tokens, in local development, this is what keeps a web page from posting here.
    return type === 'application/json' && isPlain
      ? next()
      : c.json({ error: 'Send JSON as it is, with content-type application/json.' }, 415);
  });
  app.post('/api/messages', limited, (c) => receive(c));
  return app;
}

function respond(c: Context, answer: Answered, waiting: Waiting): Response {
  switch (answer.how) {
    case 'accepted':
      return waiting === 'dialog' || waiting === 'card' ? c.json({}, 200) : c.body(null, 200);
    case 'suggested':
      return c.json(searchAnswer(answer.options), 200);
    case 'unfurled':
      return c.json(linkAnswer(answer.drawn), 200);
    case 'shown':
      return c.json(waiting === 'dialog' ? dialogAnswer(answer.shown) : cardAnswer(answer.shown), 200);
    case 'turned away':
      return c.json({ error: 'Kept can’t take this in right now. Send it again.' }, 503);
    case 'not let in':
      return c.json({ error: 'Kept isn’t open to this tenant.' }, 403);
    case 'unreadable':
      return c.json({ error: 'This is nothing that Kept can read.' }, 400);
    case 'unknown':
      return c.json({ error: 'This is nothing that Kept knows.' }, 501);
    default:
      return unreachable(answer);
  }
}

function waitingFor(body: object): Waiting {
  const { type, name }: { type?: unknown; name?: unknown } = body;
  return type === 'invoke' && typeof name === 'string' && Object.hasOwn(WAITING, name)
    ? (WAITING[name] ?? 'none')
    : 'none';
}

/**
 * The request's body as an object, with U+FFFD for bytes that are no text; null when it isn't one in JSON, or nested
 * too deep for anybody.
 */
async function bodyOf(c: Context, log: Log): Promise<object | null> {
  try {
    const bytes = await c.req.arrayBuffer();
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes), (_key, value: unknown) =>
      typeof value === 'string' ? Typed.parse(value) : value,
    );
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    return isObject && !isTooDeep(body) ? body : null;
  } catch (err) {
    log.debug({ err }, 'a body that is no JSON');
    return null;
  }
}
