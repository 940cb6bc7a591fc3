import { once } from 'node:events';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { UnsecuredJWT } from 'jose';
import { z } from 'zod';
import type { GraphPermission } from '../../adapters/teams/graph.ts';

/** Somebody as the fake Entra and Teams have them. */
export type FakePerson = {
  displayName?: string;
  jobTitle?: string | null;
  userType?: 'Member' | 'Guest';
  accountEnabled?: boolean;
  /** Null: they have no mailbox. */
  timeZone?: string | null;
  availability?: string;
  activity?: string;
  isOutOfOffice?: boolean;
};

/** What it was asked: `POST /v1.0/…`, and what came with it. */
export type GraphCall = { at: string; body: unknown; authorization: string | null };

/** Microsoft's sign-in and Graph on loopback, as far as an app with a secret uses them. */
export async function startFakeGraph() {
  const people = new Map<string, FakePerson>();
  const calls: GraphCall[] = [];
  const state = {
    granted: new Set<GraphPermission>(),
    password: 'a secret',
    /** What the next calls of Graph are answered with, instead. */
    faults: new Array<{ status: number; retryAfter?: string }>(),
    tokens: 0,
  };
  const app = new Hono();

  app.post('/:tenant/oauth2/v2.0/token', async (c) => {
    const form = await c.req.parseBody();
    calls.push({ at: `POST ${c.req.path}`, body: form, authorization: null });
    if (form['client_secret'] !== state.password || form['grant_type'] !== 'client_credentials') {
      return c.json({ error: 'invalid_client', error_description: `You sent ${state.password}` }, 401);
    }
    state.tokens += 1;
    const roles = [...state.granted];
    const token = new UnsecuredJWT({ roles, tid: c.req.param('tenant'), n: state.tokens }).encode();
    return c.json({ token_type: 'Bearer', expires_in: 3_600, access_token: token });
  });

  app.use('/v1.0/*', async (c, next) => {
    const body: unknown = c.req.method === 'POST' ? await c.req.json() : null;
    calls.push({
      at: `${c.req.method} ${c.req.path}`,
      body,
      authorization: c.req.header('authorization') ?? null,
    });
    const fault = state.faults.shift();
    if (fault !== undefined) {
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      return new Response('{}', { status: fault.status, headers });
    }
    return next();
  });
  const needs = (permission: GraphPermission) => state.granted.has(permission);

  app.get('/v1.0/users/:id', (c) => {
    const person = people.get(c.req.param('id'));
    if (!needs('User.Read.All')) return c.json({ error: { code: 'Authorization_RequestDenied' } }, 403);
    if (person === undefined) return c.json({ error: { code: 'Request_ResourceNotFound' } }, 404);
    const {
      displayName = 'Sam Support',
      jobTitle = null,
      userType = 'Member',
      accountEnabled = true,
    } = person;
    return c.json({ displayName, jobTitle, userType, accountEnabled });
  });
  app.get('/v1.0/users/:id/mailboxSettings/timeZone', (c) => {
    const zone = people.get(c.req.param('id'))?.timeZone ?? null;
    if (!needs('MailboxSettings.Read')) return c.json({ error: { code: 'ErrorAccessDenied' } }, 403);
    return zone === null
      ? c.json({ error: { code: 'MailboxNotEnabledForRESTAPI' } }, 404)
      : c.json({ value: zone });
  });
  app.post('/v1.0/communications/getPresencesByUserId', async (c) => {
    const { ids } = z.object({ ids: z.array(z.string()) }).parse(await c.req.json());
    if (!needs('Presence.Read.All')) return c.json({ error: { code: 'Forbidden' } }, 403);
    if (ids.length > 650) return c.json({ error: { code: 'BadRequest' } }, 400);
    const value = ids.flatMap((id) => {
      const person = people.get(id);
      const { availability = 'Available', activity = 'Available', isOutOfOffice = false } = person ?? {};
      const outOfOfficeSettings = { message: null, isOutOfOffice };
      return person === undefined ? [] : [{ id, availability, activity, outOfOfficeSettings }];
    });
    return c.json({ value });
  });

  const server: ServerType = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  const url = `http://127.0.0.1:${address.port}`;

  return {
    loginUrl: `${url}/`,
    graphUrl: url,
    people,
    state,
    /** What Graph itself was asked, tokens left out. */
    asked: () => calls.filter(({ at }) => at.includes('/v1.0/')),
    tokensAsked: () => calls.filter(({ at }) => at.endsWith('/token')),
    forget: () => {
      calls.length = 0;
    },
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

export type FakeGraph = Awaited<ReturnType<typeof startFakeGraph>>;
