import type { MiddlewareHandler } from 'hono';

/** Whether an address is of this machine alone. */
export function isLoopbackUrl(url: string): boolean {
  if (!URL.canParse(url)) {
    return false;
  }
  const { protocol, hostname } = new URL(url);
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  return isHere && (protocol === 'http:' || protocol === 'https:');
}

/**
 * Lets in only who calls us by a name of this machine: where nobody is checked, a page whose foreign name was made to
 * lead here (DNS rebinding) could speak in anybody's name, and read the answer. Answers 403 otherwise.
 */
export function byLoopbackOnly(): MiddlewareHandler {
  return async (c, next) =>
    isLoopbackUrl(`http://${c.req.header('host') ?? ''}`)
      ? next()
      : c.json({ error: 'In local development Kept is called by a name of this machine alone.' }, 403);
}
