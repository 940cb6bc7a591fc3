import { once } from 'node:events';
import { createServer } from 'node:http';
import { exactNow } from './exact-clock.ts';

/** A Slack that takes everything and remembers when it came. `text` is the request's body as it arrived. */
export type SlackEnd = {
  apiUrl: string;
  /** Arrivals of a method, in epoch ms. */
  heard: (method: string) => { at: number; text: string }[];
  forget: () => void;
  stop: () => Promise<void>;
};

const TEAM = { team_id: 'T1', team: 'Example team', url: 'https://example.slack.com/' };
const BOT = { user_id: 'UBOT', user: 'kept', bot_id: 'B1', is_enterprise_install: false };

/** Starts it on a loopback port. It checks nothing: what Kept sends to Slack is checked by the tests. */
export async function startSlackEnd(): Promise<SlackEnd> {
  let calls: { method: string; at: number; text: string }[] = [];
  let posts: { where: string; ts: string; metadata: unknown }[] = [];
  /** What a doubtful send is looked up in. */
  const standing = (text: string) => {
    const at = whereOf(text);
    return { messages: posts.filter(({ where }) => where === at), response_metadata: { next_cursor: '' } };
  };
  const answers: Record<string, (text: string) => object> = {
    'auth.test': () => ({ ...TEAM, ...BOT }),
    'bots.info': () => ({ bot: { id: 'B1', app_id: 'A1' } }),
    'conversations.info': () => ({ channel: { id: 'C1', name: 'care', is_channel: true, is_member: true } }),
    'conversations.members': () => ({ members: ['U1', 'UBOT'] }),
    'users.list': () => ({ members: [person('U1'), person('UBOT')] }),
    'users.info': (text) => ({ user: person(new URLSearchParams(text).get('user') ?? 'U1') }),
    'views.open': () => ({ view: { id: 'V1', hash: 'h1' } }),
    'views.update': () => ({ view: { id: 'V1', hash: 'h1' } }),
    'chat.postMessage': (text) => {
      const said = new URLSearchParams(text);
      const ts = `1700000001.${String(posts.length).padStart(6, '0')}`;
      posts.push({ where: whereOf(text), ts, metadata: JSON.parse(said.get('metadata') ?? 'null') });
      return { channel: said.get('channel') ?? 'C1', ts };
    },
    'conversations.history': standing,
    'conversations.replies': standing,
  };
  const server = createServer((request, response) => {
    const at = exactNow();
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      const method = (request.url ?? '').replace(/^\/api\//u, '').replace(/\?.*$/u, '');
      calls.push({ method, at, text });
      const body = JSON.stringify({ ok: true, ...answers[method]?.(text) });
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    apiUrl: `http://127.0.0.1:${address.port}/api/`,
    heard: (method) => calls.filter((call) => call.method === method),
    forget: () => {
      calls = [];
      posts = [];
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The channel and thread of a post or of a look. */
function whereOf(text: string): string {
  const said = new URLSearchParams(text);
  return `${said.get('channel')}/${said.get('thread_ts') ?? said.get('ts') ?? ''}`;
}

function person(id: string) {
  const profile = { display_name: 'Ada Agent', real_name: 'Ada Agent' };
  return {
    id,
    team_id: 'T1',
    name: 'ada',
    real_name: 'Ada Agent',
    tz: 'Europe/Berlin',
    deleted: false,
    profile,
  };
}
