import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';

/** A page of a browser, a chat platform and a probe send their headers at once; whoever takes longer holds a place. */
const HEADERS_MS = 10_000;
/** A whole request: 1 MB at most, at 35 KB a second at least. Slack and Teams give up after 3 and 15 s. */
const REQUEST_MS = 30_000;
/** How often Node looks who is over time. */
const LOOK_MS = 2_000;
/** A proxy that keeps connections open for a minute must not be met by one that closes first. */
const KEEP_ALIVE_MS = 65_000;
/** So much may a browser remember that this host is by https alone: a year. */
const HSTS = `max-age=${365 * 24 * 3_600}`;

/** What every answer has: whatever it is, it runs nothing, frames nothing, and is taken for nothing else. Pages say more. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** How long a request may take, in ms. */
export type Patience = { headersMs: number; requestMs: number; lookMs: number };

/**
 * A server whose answers all have headers that keep a browser from misusing them, and that waits for nobody without
 * an end: half a request gets 408. `isHttps`: people reach it by https, which browsers are told to stay with.
 */
export function createFront(
  listener: RequestListener,
  { isHttps, patience }: { isHttps: boolean; patience?: Patience },
): Server {
  const { headersMs, requestMs, lookMs } = patience ?? {
    headersMs: HEADERS_MS,
    requestMs: REQUEST_MS,
    lookMs: LOOK_MS,
  };
  const headers = isHttps ? { ...HEADERS, 'strict-transport-security': HSTS } : HEADERS;
  return createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: lookMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => {
      // Whatever is written later by that name takes the place of it.
      setAll(response, headers);
      listener(request, response);
    },
  );
}

function setAll(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, value);
  }
}
