import type { MiddlewareHandler } from 'hono';

/**
 * Where a tab may stand: Teams, and Outlook and Microsoft 365, which show the same tabs.
 * Source: https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/tab-requirements
 */
const HOSTS = [
  'https://teams.microsoft.com',
  'https://*.teams.microsoft.com',
  'https://*.cloud.microsoft',
  'https://*.microsoft365.com',
  'https://*.office.com',
  'https://outlook.office365.com',
];

/**
 * Microsoft's library asks a server of theirs for newer hosts than it knows; `connect-src` keeps it to those it
 * knows, which are the ones above.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  `frame-ancestors ${HOSTS.join(' ')}`,
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Headers that let the page stand in Microsoft's hosts alone, and run and reach nothing that isn't ours. */
export function tabHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) {
      c.res.headers.set(name, value);
    }
  };
}
