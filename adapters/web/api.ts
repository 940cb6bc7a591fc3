import { Hono } from 'hono';
import { z } from 'zod';
import { isAtMost } from '../../src/domain/sized.ts';
import { asMember, findPlace, type Seen } from './as-member.ts';
import { RoomId } from './chat.ts';
import { firstPage } from './first-page.ts';
import { refuse } from './guard.ts';
import type { Live } from './live.ts';
import { body, query } from './parsed.ts';
import { actOn, say } from './speak.ts';
import { unhurried } from './unhurried.ts';
import type { WebDeps } from './web-deps.ts';
import { IntentRequest, SayRequest } from './wire.ts';

const Page = z.object({
  room: RoomId,
  thread: z.string().refine(isAtMost(200)).optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(60),
});
const MEMBER_ROUTES = new Set(['/rooms', '/messages', '/say', '/intent', '/board', '/live']);

/** The routes under /api. All but those of the first page want `?as=`, the member whose eyes one sees with. */
export function api(deps: WebDeps, live: Live): Hono<Seen> {
  const app = new Hono<Seen>();
  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  app.route('/', firstPage(deps));
  // What doesn't exist is said so, whoever asks.
  app.use((c, next) =>
    MEMBER_ROUTES.has(c.req.path.replace(/^\/api/, ''))
      ? next()
      : Promise.resolve(refuse(c, 404, 'There is no such call.')),
  );
  app.use(asMember(deps), unhurried(deps.pace));

  app.get('/rooms', async (c) => {
    const { workspaceId, memberId } = c.get('who');
    return c.json(await deps.chat.rooms(workspaceId, memberId));
  });

  app.get('/messages', query(Page), async (c) => {
    const { room, thread: threadId = null, before = null, limit } = c.req.valid('query');
    const found = await findPlace(deps.chat, c.get('who'), room, threadId);
    if (!found.ok) return refuse(c, found.status, found.error);
    // One more than asked for tells whether there is more.
    const page = { room, threadId, before, limit: limit + 1 };
    const messages = await deps.chat.messages(c.get('who').workspaceId, page);
    const more = messages.length > limit;
    return c.json({ root: found.root, messages: more ? messages.slice(1) : messages, more });
  });

  app.post('/say', body(SayRequest), async (c) => {
    const request = c.req.valid('json');
    const found = await findPlace(deps.chat, c.get('who'), request.room, request.threadId);
    return found.ok ? c.json(await say(deps, c.get('who'), request)) : refuse(c, found.status, found.error);
  });

  app.post('/intent', body(IntentRequest), async (c) => {
    const { intent } = c.req.valid('json');
    if (intent.kind === 'said') return refuse(c, 400, 'Words are sent to /api/say.');
    if ('place' in intent) {
      const { connection, channel } = intent.place;
      if (connection !== 'console') return refuse(c, 400, 'The place must be in the console.');
      const found = await findPlace(deps.chat, c.get('who'), channel, null);
      if (!found.ok) return refuse(c, found.status, found.error);
    }
    return c.json(await actOn(deps, c.get('who'), intent));
  });

  app.get('/board', async (c) => c.json(await deps.board(c.get('who'))));

  app.get('/live', async (c) => {
    const since = z.coerce.number().int().nonnegative().safeParse(c.req.header('last-event-id'));
    const stream = await live.open(c.get('who'), since.success ? since.data : null);
    return c.body(stream, 200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  });
  return app;
}
