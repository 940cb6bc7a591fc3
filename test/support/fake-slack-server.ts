import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { type Answer, Refused } from './fake-slack-call.ts';
import { exchange, methods } from './fake-slack-methods.ts';
import type { FakeTeam, FakeToken, FakeWorld } from './fake-slack-world.ts';

const RESPONSES = { uses: 5, forMs: 30 * 60_000 };

/** What goes wrong, and how often. `channel` and `team` narrow it down to calls about them. */
export type Fault = {
  /** `*` for any. */
  method: string;
  times: number;
  /** Asked each time that it fits; always where it isn't given. */
  chance?: () => boolean;
  /** `cut before`: the connection ends before the call was carried out; `cut after`: when it was. */
  what: 'limited' | '500' | 'cut before' | 'cut after' | 'hang' | 'error' | 'slow';
  /** Seconds, for `limited`. */
  retryAfter?: number;
  /** The code, for `error`; with `after` the call was carried out nevertheless. */
  error?: string;
  after?: boolean;
  /** For `slow`. */
  ms?: number;
  channel?: string;
  team?: string;
  /** Narrows it down to calls that hold these words anywhere. */
  holding?: string;
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

const Json = z.record(z.string(), z.unknown());

function argsOf(request: IncomingMessage, body: string): Record<string, string> {
  const query = new URL(request.url ?? '/', 'http://slack.test').searchParams;
  const args: Record<string, string> = Object.fromEntries(query);
  if (request.headers['content-type']?.includes('json')) {
    for (const [name, value] of Object.entries(Json.parse(JSON.parse(body)))) {
      args[name] = typeof value === 'string' ? value : JSON.stringify(value);
    }
    return args;
  }
  return { ...args, ...Object.fromEntries(new URLSearchParams(body)) };
}

/** The team whose token it is. An org's token is for any of its teams: the one named, or the channel's. */
function teamOf(world: FakeWorld, token: FakeToken | undefined, args: Record<string, string>): FakeTeam {
  if (token === undefined) throw new Refused('invalid_auth');
  if (token.revoked) throw new Refused('token_revoked');
  if (token.expiresAt !== null && token.expiresAt <= world.now()) throw new Refused('token_expired');
  const home = world.teams.get(token.team);
  const teams = token.org
    ? [...world.teams.values()].filter(({ enterpriseId }) => enterpriseId === home?.enterpriseId)
    : [home];
  const team =
    teams.find((candidate) => candidate?.id === args['team_id']) ??
    teams.find((candidate) => candidate?.channels.has(args['channel'] ?? '')) ??
    home;
  if (team === undefined) throw new Refused('team_not_found');
  if (team.authError !== null) throw new Refused(team.authError);
  return team;
}

/** Slack's side of the wire: its Web API and the addresses for late answers, on a loopback port of its own. */
export async function serveFakeSlack(world: FakeWorld, faults: Fault[]) {
  function tokenOf(request: IncomingMessage, args: Record<string, string>): string {
    const [, bearer] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    return bearer ?? args['token'] ?? '';
  }

  function answer(method: string, token: string, args: Record<string, string>): Answer {
    if (method === 'oauth.v2.access') return { ok: true, ...exchange({ world, args }) };
    const found = world.tokens.get(token);
    const team = teamOf(world, found, args);
    const carryOut = methods[method];
    if (carryOut === undefined) throw new Refused('unknown_method');
    return { ok: true, ...carryOut({ world, team, org: found?.org ?? false, token, args }) };
  }

  function faultFor(method: string, team: string | null, args: Record<string, string>): Fault | null {
    const fault = faults.find(
      (one) =>
        one.times > 0 &&
        (one.method === '*' || one.method === method) &&
        (one.channel === undefined || one.channel === args['channel']) &&
        (one.team === undefined || one.team === team) &&
        (one.holding === undefined || JSON.stringify(args).includes(one.holding)) &&
        (one.chance === undefined || one.chance()),
    );
    if (fault === undefined) return null;
    fault.times -= 1;
    return fault;
  }

  function send(
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ) {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  async function call(method: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const args = argsOf(request, await bodyOf(request));
    const token = tokenOf(request, args);
    const found = world.tokens.get(token);
    const team = found?.team ?? null;
    world.calls.push({ method, team, args, at: world.now() });
    const tried = () => {
      try {
        return answer(method, token, args);
      } catch (error) {
        if (error instanceof Refused) return { ok: false, error: error.code };
        throw error;
      }
    };
    const fault = faultFor(method, team, args);
    switch (fault?.what) {
      case 'limited':
        send(
          response,
          429,
          { ok: false, error: 'ratelimited' },
          { 'retry-after': String(fault.retryAfter ?? 1) },
        );
        return;
      case '500':
        if (fault.after) tried();
        send(response, 500, 'upstream connect error');
        return;
      case 'cut before':
        request.socket.destroy();
        return;
      case 'cut after':
        tried();
        request.socket.destroy();
        return;
      case 'hang':
        if (fault.after) tried();
        return;
      case 'error':
        if (fault.after) tried();
        send(response, 200, { ok: false, error: fault.error ?? 'internal_error' });
        return;
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 100));
        break;
      case undefined:
        break;
    }
    const scopes = team === null ? '' : (world.teams.get(team)?.scopes.join(',') ?? '');
    send(response, 200, tried(), { 'x-oauth-scopes': scopes });
  }

  async function respond(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Json.parse(JSON.parse(await bodyOf(request)));
    const url = world.responseUrls.get(id);
    const refusal =
      url === undefined
        ? 'invalid_url'
        : world.now() - url.at > RESPONSES.forMs
          ? 'expired_url'
          : url.uses >= RESPONSES.uses
            ? 'used_url'
            : null;
    if (url === undefined || refusal !== null) {
      send(response, 404, { ok: false, error: refusal });
      return;
    }
    url.uses += 1;
    if (body['delete_original'] !== true) {
      world.saw({ text: body['text'] ?? '', blocks: body['blocks'] ?? [] }, 'message');
    }
    const { team, channel, user } = url;
    world.responses.push({ url: `${world.baseUrl}/response/${id}`, team, channel, user, body });
    send(response, 200, { ok: true });
  }

  const server = createServer((request, response) => {
    const [, where, name] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    const answering =
      where === 'response' ? respond(name ?? '', request, response) : call(name ?? '', request, response);
    answering.catch((error: unknown) => {
      send(response, 500, error instanceof Error ? (error.stack ?? error.message) : 'unknown');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The fake has no port');
  world.baseUrl = `http://127.0.0.1:${address.port}`;
  return {
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
