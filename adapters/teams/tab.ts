import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { Answered } from './arrival.ts';
import { isTooDeep } from './json.ts';
import { drawContextOf } from './post-context.ts';
import { drawTabCard } from './tab-card.ts';
import { type Entrance, entrance, refuse, type Visit } from './tab-entrance.ts';
import { createTabFiles, TAB_DIR } from './tab-files.ts';
import { tabHeaders } from './tab-headers.ts';
import { createViewerOf } from './tab-token.ts';
import { type TabAnswer, type TabChoices, TabPress, TabQuery } from './tab-wire.ts';
import type { TeamsConfig } from './teams-config.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';
import type { ByPerson } from './told.ts';

/**
 * A press in the tab, told as one of a card in the viewer's own chat with Kept. Where there is no such chat yet,
 * `where.conversation`, `where.serviceUrl` and `from.userId` are empty: only the answer reaches them.
 */
export type TabPressed = Extract<ByPerson, { kind: 'press' }>;

export type TabParts = Pick<Entrance, 'tenants' | 'people'> & {
  config: TeamsConfig;
  deps: Pick<
    TeamsDeps,
    'hear' | 'addresses' | 'connections' | 'threadOf' | 'clock' | 'log' | 'pace' | 'publicUrl'
  >;
  /** Carries a press out like one of a card's button, through the inbox. */
  press(connection: TeamsConnection, told: TabPressed): Promise<Answered>;
  /** Where the page was built into, if not where the build puts it. */
  dir?: string;
  /** Stands in for Microsoft's sign-in in tests. */
  keysUrl?: string | undefined;
};

const MAX_BODY = 1_024 * 1_024;

const words = {
  local: 'In local development nobody can say who looks at the tab, so there is none. Use the chat.',
  notBuilt: 'The tab’s page isn’t built yet. Run: npm run build',
  nothing: 'There is nothing at this address. The tab is at /teams/tab',
  tooLarge: 'This is too much at once: 1 MB at most. Shorten it and send it again.',
  notJson: 'Send JSON, with content-type application/json.',
  unreadable: 'This can’t be read. Please reload the tab; if it stays so, use the chat.',
  accepted: 'It is on its way. Press Refresh in a moment to see it.',
  turnedAway: 'That wasn’t taken: the database can’t be reached. Please try again in a moment.',
  notLetIn: 'Kept isn’t open to your organisation. Please ask whoever runs it.',
  failed: 'Something went wrong here, and it has been logged. Try again in a moment.',
} as const;

/**
 * The personal tab: its page at `/teams/tab`, the home card (`GET home`), presses (`POST press`) and the customers
 * that are found as one types (`POST suggest`). Who asks is known by the token of Teams' single sign-on alone.
 */
export function tabRoutes(parts: TabParts): Hono {
  const { config, deps, press, dir = TAB_DIR, keysUrl } = parts;
  const { hear, addresses, clock, log, publicUrl } = deps;
  const viewerOf = createViewerOf({
    config,
    publicUrl,
    clock,
    keysUrl,
  });
  const base = new Hono().basePath('/teams/tab');
  base.use('*', tabHeaders());
  base.onError((err, c) => {
    log.error({ err, path: c.req.path }, 'the tab could not be answered');
    return refuse(c, 500, words.failed);
  });

  base.route('/', tabPage(config, dir));
  const data = new Hono<Visit>();
  data.use('*', noStore, entrance({ ...parts, viewerOf, addresses, log, pace: deps.pace }));
  data.get('/home', async (c) => {
    const { connection, who, where } = c.var;
    const place = { connection: connection.id, channel: where.conversation };
    const reply = await hear(who, { kind: 'home', place });
    if (reply.kind !== 'card') {
      throw new Error(`A home is a card, and no ${reply.kind}`);
    }
    const { card } = reply;
    const drawn = drawTabCard(card, await drawContextOf(deps, connection, card, null));
    return c.json<TabAnswer>({ kind: 'card', card: drawn });
  });
  data.post('*', jsonOnly, bodyLimit({ maxSize: MAX_BODY, onError: tooLarge }));
  data.post('/press', async (c) => {
    const pressed = TabPress.safeParse(await jsonOf(c));
    if (!pressed.success) {
      return refuse(c, 400, words.unreadable);
    }
    const { connection, from, where } = c.var;
    const { id, data } = pressed.data;
    const { tenantId } = connection.facts;
    // Whoever chooses an id chooses it among their own.
    const key = `tab/${from.personId}/${id}`;
    const told: TabPressed = {
      key,
      tenantId,
      where,
      from,
      data,
      by: 'person',
      kind: 'press',
      on: null,
      how: 'tab',
    };
    return answerOf(c, await press(connection, told));
  });
  data.post('/suggest', async (c) => {
    const asked = TabQuery.safeParse(await jsonOf(c));
    if (!asked.success) {
      return refuse(c, 400, words.unreadable);
    }
    const reply = await hear(c.var.who, { kind: 'suggest', query: asked.data.query });
    const options = reply.kind === 'suggestions' ? reply.options : [];
    return c.json<TabChoices>(options.map(({ label, value }) => ({ title: label, value })));
  });
  base.route('/', data);
  return base;
}

/** The page and its files, as they were built into `dir`. */
export function tabPage({ identity }: Pick<TeamsConfig, 'identity'>, dir: string): Hono {
  const file = createTabFiles(dir);
  async function send(c: Context, name: string): Promise<Response> {
    if (identity.by === 'nobody') {
      return c.text(words.local, 404);
    }
    const found = await file(name);
    if (found === 'not built') {
      return c.text(words.notBuilt, 503);
    }
    return found === null ? c.text(words.nothing, 404) : c.body(found.body, 200, found.headers);
  }
  const app = new Hono();
  app.use('*', tabHeaders());
  app.get('/', (c) => send(c, 'index.html'));
  app.get('/assets/:name', (c) => send(c, `assets/${c.req.param('name')}`));
  return app;
}

const noStore: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set('cache-control', 'no-store');
};

const jsonOnly: MiddlewareHandler = async (c, next) => {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  return type === 'application/json' ? next() : refuse(c, 415, words.notJson);
};

/** Not all of it was read, so nothing more can come on this connection. */
function tooLarge(c: Context): Response {
  c.header('connection', 'close');
  return refuse(c, 413, words.tooLarge);
}

async function jsonOf(c: Context): Promise<unknown> {
  try {
    const body: unknown = await c.req.json();
    return typeof body === 'object' && body !== null && isTooDeep(body) ? null : body;
  } catch {
    return null;
  }
}

/** What the tab shows of what comes of a press. */
function answerOf(c: Context, answered: Answered): Response {
  switch (answered.how) {
    case 'shown': {
      const { shown } = answered;
      return c.json<TabAnswer>(
        shown.is === 'card' ? { kind: 'card', card: shown.card } : { kind: 'sentence', text: shown.said },
      );
    }
    case 'accepted':
      return c.json<TabAnswer>({ kind: 'sentence', text: words.accepted });
    case 'turned away':
      return refuse(c, 503, words.turnedAway);
    case 'not let in':
      return refuse(c, 403, words.notLetIn);
    case 'suggested':
    case 'unfurled':
    case 'unreadable':
    case 'unknown':
      return refuse(c, 400, words.unreadable);
    default:
      return unreachable(answered);
  }
}
