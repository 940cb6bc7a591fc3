import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { createFront, type Patience } from './front.ts';

const DRAIN_MS = 2_000;

/** A web server that listens; `stop` ends live streams and lets requests in flight finish, up to 2 s, once. */
export type Started = { port: number; stop: () => Promise<void> };

/**
 * Serves an app; `port` 0 takes a free one. `close` is called first when it stops. `publicUrl`: where people reach it.
 * @throws the system's error when the address can't be listened on (`EADDRINUSE`, `EACCES`).
 */
export async function startWeb(web: {
  host: string;
  port: number;
  app: Hono;
  close: () => void;
  publicUrl?: string | null;
  patience?: Patience;
}): Promise<Started> {
  const listener = getRequestListener(web.app.fetch);
  let inFlight = 0;
  let stopping = false;
  const front = (request: IncomingMessage, response: ServerResponse) => {
    inFlight += 1;
    response.once('close', () => {
      inFlight -= 1;
      if (stopping && inFlight === 0) server.closeAllConnections();
    });
    void listener(request, response);
  };
  const server = createFront(front, {
    isHttps: web.publicUrl?.startsWith('https:') === true,
    ...(web.patience === undefined ? {} : { patience: web.patience }),
  });
  server.listen(web.port, web.host);
  await once(server, 'listening');
  const address = server.address();
  async function drain(): Promise<void> {
    stopping = true;
    const closed = once(server, 'close');
    server.close();
    web.close();
    // Browsers hold spare connections open that never carried a request; Node doesn't count those as idle.
    if (inFlight === 0) server.closeAllConnections();
    const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearTimeout(late);
  }

  let drained: Promise<void> | null = null;
  return {
    port: typeof address === 'object' && address ? address.port : web.port,
    stop() {
      drained ??= drain();
      return drained;
    },
  };
}
