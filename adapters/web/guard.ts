import type { Context, MiddlewareHandler } from 'hono';

/** Answers with a sentence as `{ error }`. */
export function refuse(
  c: Context,
  status: 400 | 403 | 404 | 409 | 413 | 415 | 429 | 500 | 503,
  error: string,
) {
  return c.json({ error }, status);
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Record<string, string> = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Headers that keep a page of ours from running, framing or leaking anything that isn't ours. */
export function safeHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  };
}

/**
 * Lets in only who calls us by a loopback name or by the public one: without a sign-in, a foreign name that
 * resolves to us (DNS rebinding) would read everything. Answers 403 otherwise.
 */
export function ownHostOnly(publicUrl: string | null): MiddlewareHandler {
  const own = publicUrl === null ? null : new URL(publicUrl).host;
  return async (c, next) => {
    const host = c.req.header('host');
    if (host === undefined || !(host === own || isLoopback(host))) {
      return refuse(c, 403, 'The console answers only under its own address. Open it by that.');
    }
    return next();
  };
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|[a-z0-9-]+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i.test(host);
}

/**
 * Lets a request that changes something come only from our own pages: JSON, which a foreign form can't send
 * unasked, and of the same origin where the browser says one. Answers 415 or 403 otherwise.
 */
export function ownPagesOnly(publicUrl: string | null): MiddlewareHandler {
  const own = publicUrl === null ? null : new URL(publicUrl).origin;
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const origin = c.req.header('origin');
    const site = c.req.header('sec-fetch-site');
    const here = c.req.header('host');
    const foreign = origin !== undefined && origin !== own && origin.replace(/^https?:\/\//, '') !== here;
    if (foreign || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
      return refuse(c, 403, 'Another site sent this request. Open the console itself and do it there.');
    }
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') return refuse(c, 415, 'Send JSON, with content-type application/json.');
    return next();
  };
}
