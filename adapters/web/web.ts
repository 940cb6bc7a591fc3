import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { api } from './api.ts';
import { clientFiles } from './client-files.ts';
import { ownHostOnly, ownPagesOnly, refuse, safeHeaders } from './guard.ts';
import { createLive } from './live.ts';
import type { Operation, WebDeps } from './web-deps.ts';

const MAX_BODY = 256 * 1_024;
const FRESH = { 'cache-control': 'no-store' };

/** The console as a Hono app. `close` ends its live streams, so that a server can stop. */
export function createWeb(deps: WebDeps): { app: Hono; close: () => void } {
  const live = createLive(deps);
  const app = new Hono();
  app.use(safeHeaders());
  // Before the host check: probes call a process by whatever address it has, and there is nobody's data here.
  app.route('/', operation(deps.operation));
  app.use(ownHostOnly(deps.publicUrl), ownPagesOnly(deps.publicUrl));
  app.use(
    bodyLimit({
      maxSize: MAX_BODY,
      onError: (c) => refuse(c, 413, 'This is too large: 256 KB at most. Shorten it and send it again.'),
    }),
  );
  app.route('/api', api(deps, live));
  app.route('/', pages(deps.clientDir));
  app.notFound((c) => refuse(c, 404, 'There is nothing at this address.'));
  app.onError((error, c) => {
    // Hono's own: a body that isn't JSON. What it says is made for programs.
    if (error instanceof HTTPException && error.status === 400) {
      return refuse(c, 400, 'The request isn’t valid JSON.');
    }
    deps.log.error({ err: error, method: c.req.method, path: c.req.path }, 'request failed');
    return refuse(c, 500, 'Something went wrong here, and it has been logged. Try again in a moment.');
  });
  return { app, close: live.close };
}

/** What answers where the console is off, for the chats' routes to be added to. */
export function createBare(deps: Pick<WebDeps, 'operation' | 'log'>): { app: Hono; close: () => void } {
  const app = operation(deps.operation);
  app.notFound((c) => c.text('There is nothing at this address.', 404, FRESH));
  app.onError((error, c) => {
    deps.log.error({ err: error, method: c.req.method, path: c.req.path }, 'request failed');
    return c.text('Something went wrong here, and it has been logged. Try again in a moment.', 500, FRESH);
  });
  return { app, close: () => {} };
}

/** What machines ask a process: health, readiness, metrics. No data of anybody's is here. */
function operation(deps: Operation): Hono {
  const app = new Hono();
  app.get('/healthz', async (c) => {
    const state = await deps.health();
    return c.json(state, state.ok ? 200 : 503, FRESH);
  });
  app.get('/readyz', async (c) => {
    const state = await deps.ready();
    return c.json(state, state.ok ? 200 : 503, FRESH);
  });
  app.get('/metrics', async (c) => {
    const { contentType, body } = await deps.metrics();
    return c.body(body, 200, { ...FRESH, 'content-type': contentType });
  });
  return app;
}

function pages(dir: string): Hono {
  const files = clientFiles(dir);
  const app = new Hono();
  app.get('*', async (c) => {
    const built = await files();
    if (built === null) return c.text('The console’s pages aren’t built yet. Run: npm run build', 503);
    const { path } = c.req;
    // The addresses that the pages themselves draw.
    const view = path === '/' || path === '/board' || /^\/r\/[^/]+(?:\/t\/[^/]+)?$/.test(path);
    const file = built.get(view ? '/index.html' : path);
    if (!file) return c.text('There is nothing at this address. The console is at /', 404);
    if (c.req.header('if-none-match') === file.headers['etag']) return c.body(null, 304, file.headers);
    return c.body(file.body, 200, file.headers);
  });
  return app;
}
