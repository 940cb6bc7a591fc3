import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Playground } from './playground.ts';
import { names, type Person, people, rooms } from './playground-team.ts';

const Activity = z.looseObject({
  type: z.string(),
  name: z.string().optional(),
  text: z.string().optional(),
  conversation: z.looseObject({ id: z.string() }),
});
export type Activity = z.infer<typeof Activity>;
const Opening = z.object({ members: z.array(z.object({ id: z.string() })).default([]) });
const Listing = z.looseObject({ members: z.array(z.looseObject({ id: z.string() })) });
const Member = z.looseObject({ id: z.string() });

/** Something that Kept was told, and what it answered. */
export type Heard = { activity: Activity; status: number; answer: unknown };

/**
 * Stands between Kept and the instances, as Microsoft's service does between a bot and everybody's Teams: there is
 * one serviceUrl for the whole tenant, and each conversation lives on one instance: a personal chat on its
 * person's, all others on the first. It mends what the Playground does otherwise than Teams (`amended`).
 */
export type PlaygroundWire = Awaited<ReturnType<typeof startWire>>;

/** Starts the wire on a free port of loopback. */
export async function startWire() {
  const heard: Heard[] = [];
  const instances = new Map<Person, Playground>();
  /** Words typed by somebody on the first instance, for whom it has no eyes of their own. */
  const spoken = new Map<string, Person>();
  let kept: string | null = null;

  /** Tells Kept something, as an instance or somebody at the wire does. */
  async function tell(activity: Activity): Promise<Heard> {
    if (kept === null) throw new Error('The wire leads nowhere yet');
    const response = await fetch(kept, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(activity),
    });
    const told = { activity, status: response.status, answer: parsed(await response.text()) };
    heard.push(told);
    return told;
  }

  async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const activity = Activity.parse(parsed(await bodyOf(request)));
    const speaker = activity.type === 'message' ? spoken.get(activity.text ?? '') : undefined;
    if (speaker !== undefined) spoken.delete(activity.text ?? '');
    const { status, answer } = await tell(speaker === undefined ? activity : saidBy(activity, speaker));
    respond(response, status, answer);
  }

  /** Where a conversation lives, or null where nobody is at home there. */
  function homeOf(conversation: string): Playground | null {
    const owner = names.find((name) => people[name].chat === conversation);
    return (owner === undefined ? first() : instances.get(owner)) ?? null;
  }
  const first = () => instances.values().next().value;

  async function connect(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const path = request.url ?? '';
    const { home, inside } = wayOf(path, body);
    if (home === null) {
      // What Teams says of somebody who hasn't installed the app.
      respond(response, 403, { error: { code: 'ForbiddenOperationException', message: 'Not installed' } });
      return;
    }
    const answer = await fetch(`${home.url}${inside}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': 'application/json' },
      ...(body === '' ? {} : { body }),
    });
    respond(response, answer.status, amended(path, parsed(await answer.text())));
  }

  function wayOf(path: string, body: string): { home: Playground | null; inside: string } {
    const conversation = /^\/_connector\/v3\/conversations\/([^/?]+)/u.exec(path)?.[1];
    if (conversation !== undefined) {
      const [base = ''] = decodeURIComponent(conversation).split(';');
      return { home: homeOf(base), inside: path };
    }
    const members =
      path === '/_connector/v3/conversations' ? Opening.safeParse(parsed(body)).data?.members : [];
    const wanted = names.find((name) =>
      [people[name].userId, people[name].personId].includes(members?.[0]?.id ?? ''),
    );
    return { home: (wanted === undefined ? first() : instances.get(wanted)) ?? null, inside: path };
  }

  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const done = path.startsWith('/_connector/') ? connect(request, response) : hear(request, response);
    done.catch((error: unknown) => respond(response, 502, { error: { message: String(error) } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The wire has no port');
  const url = `http://127.0.0.1:${address.port}`;

  return {
    /** What an instance is started with. */
    ends: { botUrl: `${url}/api/messages`, serviceUrl: `${url}/_connector` },
    /** The first of them has the rooms that all are in. */
    behind: (all: readonly Playground[]) => {
      for (const one of all) instances.set(one.name, one);
    },
    keptAt: (messagesUrl: string) => {
      kept = messagesUrl;
    },
    tell,
    /** Everything Kept was told, the newest last. */
    heard: (): readonly Heard[] => heard,
    /** The next message with that text is from somebody else than the one at the first instance. */
    willSay: (text: string, name: Person) => spoken.set(text, name),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function saidBy(activity: Activity, name: Person): Activity {
  const { userId, personId, realName } = people[name];
  return { ...activity, from: { id: userId, name: realName, aadObjectId: personId } };
}

/** In the room that is shared with another company a guest reads along; elsewhere they aren't. */
function amended(path: string, answer: unknown): unknown {
  if (!path.includes('members')) return answer;
  const shared = decodeURIComponent(path).includes(`/${rooms.partner}`);
  const isGuest = ({ id }: { id: string }) => id === people.Gus.userId;
  const listing = Listing.safeParse(answer).data;
  if (listing !== undefined) {
    const members = listing.members
      .filter((member) => shared || !isGuest(member))
      .map((member) => (isGuest(member) ? asGuest(member) : member));
    return { ...listing, members };
  }
  const member = Member.safeParse(answer).data;
  return member !== undefined && isGuest(member) ? asGuest(member) : answer;
}

function asGuest(member: object): object {
  return { ...member, userRole: 'guest', tenantId: '7e000000-0000-4000-8000-000000000099' };
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** JSON, or undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
