import { createHash } from 'node:crypto';
import type { SlackConnection } from './slack-deps.ts';

/** A page as it goes to the browser. `retry`: with a link to begin again. */
export type Page = { status: number; title: string; says: string[]; links: { href: string; text: string }[] };

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem;color:#1d1c1d;background:#fff}
h1{font-size:1.5rem;line-height:1.25}a{color:#0b4c8c}code{background:#f0eff0;padding:.1em .35em;border-radius:.25em}
.go{display:inline-block;margin:.5rem 1rem .5rem 0;padding:.6rem 1rem;border-radius:.5rem;background:#1f3a5f;color:#fff;text-decoration:none}
@media(prefers-color-scheme:dark){body{color:#e8e6e3;background:#1a1d21}a{color:#8ec1f5}code{background:#2c2f33}.go{background:#8ec1f5;color:#10202f}}`;

/** Headers for a page that loads nothing, sends nothing, and is nobody's frame. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'content-type': 'text/html; charset=utf-8',
  // The address of the page has the code and the state in it.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Draws a page. Its own words may have `code` in them; what came from outside is escaped. */
export function drawPage({ title, says, links }: Page): string {
  const lines = says.map((line) => `<p>${withCode(line)}</p>`);
  const anchors = links.map(({ href, text }) => `<a class="go" href="${escape(href)}">${escape(text)}</a>`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">
<title>${escape(title)} · Kept</title><style>${STYLE}</style></head>
<body><main><h1>${escape(title)}</h1>${lines.join('\n')}<p>${anchors.join('\n')}</p></main></body></html>`;
}

/** The page after Kept was installed: what to do next. `slackUrl` is where Slack itself is. */
export function successPage({ facts }: SlackConnection, slackUrl: string): Page {
  const { appId, teamId, name, url } = facts;
  const next = [
    'In Slack, type `/care team` to say who answers to whom and who may decide what.',
    'Then open the first case: `/care Acme export down since noon`.',
  ];
  if (teamId === null) {
    const add = `${url}manage/organization/apps/profile/${appId ?? ''}/workspaces/add`;
    return {
      status: 200,
      title: `Kept is installed for ${name}`,
      says: ['It is there for the whole organization. Choose the workspaces that it is to be in.', ...next],
      links: appId === null ? [] : [{ href: add, text: 'Choose workspaces' }],
    };
  }
  const app = new URLSearchParams({ ...(appId === null ? {} : { app: appId }), team: teamId });
  return {
    status: 200,
    title: `Kept is in ${name}`,
    says: next,
    links: [
      appId === null
        ? { href: `slack://open?team=${teamId}`, text: 'Open Slack' }
        : { href: `${slackUrl}/app_redirect?${app.toString()}`, text: 'Open Kept in Slack' },
    ],
  };
}

/** What went wrong with an installation. */
export type Failure = 'cancelled' | 'state' | 'code' | 'settings' | 'slack' | 'ours' | 'by token';

const FAILURES: Readonly<Record<Failure, Omit<Page, 'links'> & { again: boolean }>> = {
  cancelled: {
    status: 403,
    title: 'Nothing was installed',
    says: ['You cancelled, so nothing has changed in Slack. Whenever you like, begin again.'],
    again: true,
  },
  state: {
    status: 400,
    title: 'This link can’t be used',
    says: [
      'It is older than ten minutes, or was begun in another browser. Nothing was installed.',
      'Begin again here, and finish in the same browser.',
    ],
    again: true,
  },
  code: {
    status: 400,
    title: 'This link was used already',
    says: ['Slack takes each one once, and soon. If Kept isn’t in Slack yet, begin again.'],
    again: true,
  },
  settings: {
    status: 500,
    title: 'Kept isn’t set up for Slack yet',
    says: [
      'Slack doesn’t accept how this Kept introduces itself. Nothing was installed.',
      'Whoever runs it: check `SLACK_CLIENT_ID`, `SLACK_CLIENT_SECRET` and `PUBLIC_URL`; `npm run doctor` says which.',
    ],
    again: false,
  },
  slack: {
    status: 502,
    title: 'Slack didn’t answer',
    says: ['Nothing is lost. Wait a minute, then begin again.'],
    again: true,
  },
  ours: {
    status: 500,
    title: 'Something went wrong here',
    says: ['It has been logged. Begin again in a moment; if it stays, tell whoever runs this Kept.'],
    again: true,
  },
  'by token': {
    status: 404,
    title: 'There is nothing to install here',
    says: [
      'This Kept is for one workspace, connected by `SLACK_BOT_TOKEN`.',
      'To let others install it, set `SLACK_CLIENT_ID`, `SLACK_CLIENT_SECRET` and `SLACK_STATE_SECRET` instead.',
    ],
    again: false,
  },
};

/** The page for what went wrong: what to do, and no more. */
export function failurePage(failure: Failure): Page {
  const { again, ...page } = FAILURES[failure];
  return { ...page, links: again ? [{ href: '/slack/install', text: 'Begin again' }] : [] };
}

function withCode(line: string): string {
  return escape(line).replaceAll(/`([^`]*)`/gu, '<code>$1</code>');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
