import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  cardOf,
  type FakeCall,
  type FakeConversation,
  type FakePost,
  type FakeTenant,
  type FakeWorld,
  isRecord,
  nextId,
  personalWith,
} from './fake-teams-world.ts';

/** What goes wrong, and how often. The rest narrows it down. */
export type Fault = {
  call?: FakeCall['call'];
  times: number;
  /** Asked each time that it fits; always where it isn't given. */
  chance?: () => boolean;
  /** A status, with `code` in Microsoft's error body; or the connection ends, or nothing comes. */
  what: number | 'cut before' | 'cut after' | 'hang' | 'half';
  code?: string;
  /** For a status, or `hang`: it was carried out all the same. */
  after?: boolean;
  /** The header as it is. */
  retryAfter?: string;
  /** The conversation's own id; a thread of it counts. */
  conversation?: string;
  tenant?: string;
  /** Calls that hold these words anywhere. */
  holding?: string;
};

/** Teams' no, by status and code. */
class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

type Answer = { status: number; body: unknown };

/** More than this, and Teams takes no message. */
const MOST_BYTES = 100 * 1024;

/** Teams' side of the wire: the Bot Connector's REST API, under `/<tenant id>/`, on a loopback port of its own. */
export async function serveFakeTeams(
  world: FakeWorld,
  faults: Fault[],
  isOurs: (authorization: string | null) => boolean,
) {
  function within(tenant: FakeTenant, named: string): { where: FakeConversation; root: string | null } {
    const [id = '', root] = named.split(';messageid=');
    const where = tenant.conversations.get(id);
    if (where === undefined) throw new Refused(404, 'ConversationNotFound');
    if (where.shut !== null) throw new Refused(where.shut === 'ConversationNotFound' ? 404 : 403, where.shut);
    return { where, root: root ?? null };
  }

  function add(tenant: FakeTenant, where: FakeConversation, root: string | null, said: unknown): FakePost {
    const activity = isRecord(said) ? said : {};
    if (JSON.stringify(activity).length > MOST_BYTES) throw new Refused(413, 'MessageSizeTooBig');
    if (activity['type'] !== 'message') throw new Refused(400, 'BadSyntax');
    if (root !== null && !tenant.posts.some((post) => post.id === root && post.conversation === where.id)) {
      throw new Refused(404, 'ConversationNotFound');
    }
    const id = nextId(world);
    const post: FakePost = {
      id,
      conversation: where.id,
      root: where.kind === 'channel' ? (root ?? id) : null,
      from: 'bot',
      text: wordsOf(activity),
      activity,
      edits: 0,
      seen: new Map(),
      posted: activity,
    };
    world.saw(cardOf(activity), 'post');
    tenant.posts.push(post);
    return post;
  }

  function create(tenant: FakeTenant, body: Record<string, unknown>): Answer {
    const channelData = isRecord(body['channelData']) ? body['channelData'] : {};
    if (body['isGroup'] === true) {
      const channel = isRecord(channelData['channel']) ? channelData['channel'] : {};
      const { where } = within(tenant, String(channel['id']));
      const { id } = add(tenant, where, null, body['activity']);
      return { status: 201, body: { id: `${where.id};messageid=${id}`, activityId: id } };
    }
    const [member]: unknown[] = Array.isArray(body['members']) ? body['members'] : [];
    const asked = isRecord(member) ? String(member['id']) : '';
    const person = [...tenant.people.values()].find(
      ({ userId, personId }) => userId === asked || personId === asked,
    );
    const asksHere = isRecord(channelData['tenant']) && channelData['tenant']['id'] === tenant.id;
    if (!asksHere || person === undefined) throw new Refused(400, 'BadSyntax');
    const chat = personalWith(tenant, person.personId);
    if (chat.shut !== null) throw new Refused(403, chat.shut);
    return { status: 201, body: { id: chat.id } };
  }

  function members(tenant: FakeTenant, where: FakeConversation, query: Record<string, string>): Answer {
    const size = Number(query['pageSize'] ?? 50);
    const from = Number(query['continuationToken'] ?? 0);
    if (!Number.isInteger(from) || query['continuationToken'] === '') throw new Refused(400, 'BadSyntax');
    const page = where.members.slice(from, from + size);
    const more = from + size < where.members.length;
    return {
      status: 200,
      body: {
        ...(more ? { continuationToken: String(from + size) } : {}),
        members: page.map((id) => accountOf(tenant, id)),
      },
    };
  }

  function member(tenant: FakeTenant, where: FakeConversation, asked: string): Answer {
    const found = where.members.find((id) => {
      const person = tenant.people.get(id);
      return person?.personId === asked || person?.userId === asked;
    });
    if (found === undefined) throw new Refused(404, 'MemberNotFoundInConversation');
    return { status: 200, body: accountOf(tenant, found) };
  }

  function accountOf(tenant: FakeTenant, id: string) {
    const person = tenant.people.get(id);
    if (person === undefined) throw new Error(`Nobody ${id} in ${tenant.name}`);
    const { userId, personId, name, email, tenantId, role } = person;
    const [givenName, surname] = name.split(' ');
    const names = { name, givenName, surname, email, userPrincipalName: email };
    return { id: userId, objectId: personId, aadObjectId: personId, ...names, tenantId, userRole: role };
  }

  type Read = { call: FakeCall; carryOut: () => Answer };

  function read(method: string, url: URL, body: Record<string, unknown>, authorization: string | null): Read {
    const [, tenantId = '', , , named, kind, id] = url.pathname.split('/').map(decodeURIComponent);
    const tenant = world.tenants.get(tenantId);
    const query = Object.fromEntries(url.searchParams);
    const as = (call: FakeCall['call'], conversation: string, carryOut: (t: FakeTenant) => Answer): Read => ({
      call: { tenant: tenantId, call, conversation, body, authorization, query, at: world.now() },
      carryOut: () => {
        if (tenant === undefined) throw new Refused(404, 'TenantNotFound');
        return carryOut(tenant);
      },
    });
    if (named === undefined || named === '') {
      return as('create', createdAt(body), (t) => create(t, body));
    }
    if (kind === 'pagedmembers') {
      return as('members', named, (t) => members(t, within(t, named).where, query));
    }
    if (kind === 'members') {
      return as('member', named, (t) => member(t, within(t, named).where, id ?? ''));
    }
    if (kind === 'activities' && method === 'POST') {
      return as('post', named, (t) => {
        const { where, root } = within(t, named);
        return { status: 201, body: { id: add(t, where, root, body).id } };
      });
    }
    if (kind === 'activities' && method === 'PUT') {
      return as('update', named, (t) => {
        const { where } = within(t, named);
        const post = t.posts.find((one) => one.id === id && one.conversation === where.id);
        if (post === undefined || post.from !== 'bot')
          throw new Refused(404, 'ActivityNotFoundInConversation');
        world.saw(cardOf(body), 'update');
        post.activity = body;
        post.text = wordsOf(body);
        post.edits += 1;
        post.seen.clear();
        return { status: 200, body: { id } };
      });
    }
    return as('delete', named, () => {
      throw new Refused(405, 'MethodNotAllowed');
    });
  }

  function faultFor({ call, tenant, conversation, body }: FakeCall): Fault | null {
    const [base] = conversation.split(';messageid=');
    const fault = faults.find(
      (one) =>
        one.times > 0 &&
        (one.call === undefined || one.call === call) &&
        (one.tenant === undefined || one.tenant === tenant) &&
        (one.conversation === undefined || one.conversation === base) &&
        (one.holding === undefined || JSON.stringify(body).includes(one.holding)) &&
        (one.chance === undefined || one.chance()),
    );
    if (fault === undefined) return null;
    fault.times -= 1;
    return fault;
  }

  function send(
    response: ServerResponse,
    { status, body }: Answer,
    headers: Record<string, string> = {},
  ): void {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  const refuse = (response: ServerResponse, status: number, code: string | null, retryAfter?: string) =>
    send(
      response,
      { status, body: refusal(status, code) },
      retryAfter === undefined ? {} : { 'retry-after': retryAfter },
    );

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const parsed: unknown = text === '' ? {} : JSON.parse(text);
    const url = new URL(request.url ?? '/', world.baseUrl);
    const authorization = request.headers.authorization ?? null;
    const { call, carryOut } = read(request.method ?? '', url, isRecord(parsed) ? parsed : {}, authorization);
    world.calls.push(call);
    let added: FakePost | undefined;
    response.once('close', () => {
      if (!response.writableFinished && added !== undefined) added.isCut = true;
    });
    const tried = (): Answer => {
      try {
        const carriedOut = carryOut();
        if (call.call === 'post' || call.call === 'create')
          added = world.tenants.get(call.tenant)?.posts.at(-1);
        const by = request.headers['x-sent-by'];
        if (added !== undefined && typeof by === 'string') added.by = by;
        return carriedOut;
      } catch (error) {
        if (error instanceof Refused) {
          return { status: error.status, body: refusal(error.status, error.code) };
        }
        throw error;
      }
    };
    if (!isOurs(authorization)) {
      refuse(response, 401, 'Unauthorized');
      return;
    }
    const fault = faultFor(call);
    if (fault === null) {
      send(response, tried());
      return;
    }
    switch (fault.what) {
      case 'cut before':
        request.socket.destroy();
        return;
      case 'cut after':
        tried();
        request.socket.destroy();
        return;
      case 'half': {
        const whole = JSON.stringify(tried().body);
        response.writeHead(201, { 'content-type': 'application/json', 'content-length': whole.length });
        response.write(whole.slice(0, 3));
        setTimeout(() => request.socket.destroy(), 20);
        return;
      }
      case 'hang':
        if (fault.after) tried();
        return;
      default:
        if (fault.after) tried();
        refuse(response, fault.what, fault.code ?? null, fault.retryAfter);
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      send(response, { status: 500, body: error instanceof Error ? (error.stack ?? '') : 'unknown' });
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

function createdAt(body: Record<string, unknown>): string {
  const data = isRecord(body['channelData']) ? body['channelData'] : {};
  const channel = isRecord(data['channel']) ? data['channel']['id'] : undefined;
  const [member]: unknown[] = Array.isArray(body['members']) ? body['members'] : [];
  return String(channel ?? (isRecord(member) ? member['id'] : ''));
}

/** Error bodies as Microsoft sends them: of a blocked chat the chat service's own, else the Connector's. */
function refusal(status: number, code: string | null): unknown {
  if (code === null) return status >= 500 ? '<html><body>Bad Gateway</body></html>' : {};
  if (code === 'MessageWritesBlocked') {
    const inner = { subCode: code, details: 'Thread is blocked from message writes.', errorCode: null };
    return { errorCode: 209, message: JSON.stringify(inner, null, 2) };
  }
  return { error: { code, message: `Teams says ${code}` } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

function wordsOf({ text, summary }: Record<string, unknown>): string {
  return [text, summary].find((one): one is string => typeof one === 'string') ?? '';
}
