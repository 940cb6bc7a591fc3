import type { Context, MiddlewareHandler } from 'hono';
import type { Who } from '../../src/app/deps.ts';
import { type NoMember, noMemberWords } from '../../src/conversation/no-member.ts';
import type { MemberId } from '../../src/domain/ids.ts';
import { PersonFacts } from './facts.ts';
import type { NoViewer, Viewer, ViewerOf } from './tab-token.ts';
import { TabReader, type TabRefusal } from './tab-wire.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';
import type { From, Where } from './told.ts';

/** Who looks at the tab. `from.userId` is empty where Kept hasn't heard from them in a chat yet. */
export type Visit = {
  Variables: { connection: TeamsConnection; who: Who; from: From; where: Where };
};

/** What is asked about who comes. */
export type Entrance = {
  viewerOf: ViewerOf;
  tenants: { find(tenantId: string): Promise<TeamsConnection | null> };
  people: {
    memberFor(
      connection: TeamsConnection,
      who: From,
      conversation: null,
    ): Promise<{ ok: true; member: { id: MemberId } } | { ok: false; why: NoMember }>;
  };
  addresses: TeamsDeps['addresses'];
  log: TeamsDeps['log'];
  pace: TeamsDeps['pace'];
};

const SIGN_IN_AGAIN = 'Teams has to say anew who you are. Please reload the tab.';

const REFUSED: Readonly<Record<NoViewer, readonly [status: 401 | 403 | 404 | 503, words: string]>> = {
  'no token': [401, SIGN_IN_AGAIN],
  'bad token': [401, SIGN_IN_AGAIN],
  expired: [401, SIGN_IN_AGAIN],
  tenant: [403, 'Kept isn’t open to your organisation. Please ask whoever runs it.'],
  'nobody to ask': [
    404,
    'In local development nobody can say who you are, so there is no tab. Use the chat.',
  ],
  'no keys': [503, 'Kept can’t check right now who you are. Please try again in a minute.'],
};
const UNKNOWN_TENANT =
  'Kept doesn’t know your organisation yet. Say hello to Kept in a chat first, then come back.';

const TOO_FAST =
  'That is more at once than Kept takes in, so this wasn’t done. Wait a few seconds, then try it again.';

/** Lets in members alone, by the token that Teams gives the tab. Answers 401, 403, 404, 429 or 503 otherwise. */
export function entrance({
  viewerOf,
  tenants,
  people,
  addresses,
  log,
  pace,
}: Entrance): MiddlewareHandler<Visit> {
  /** The viewer as their own chat with Kept shows them, where there is one. */
  async function seenAs(
    connection: TeamsConnection,
    { personId, name }: Viewer,
    query: Record<string, string>,
  ): Promise<{ from: From; where: Where }> {
    const seen = await addresses.get(connection.workspaceId, connection.id, `person/${personId}`);
    const facts = PersonFacts.safeParse(seen?.facts).data;
    return {
      from: { personId, userId: facts?.userId ?? '', name, ...TabReader.parse(query) },
      where: {
        conversation: facts?.conversation ?? '',
        kind: 'personal',
        serviceUrl: facts?.serviceUrl ?? '',
        teamId: null,
      },
    };
  }

  return async (c, next) => {
    const known = await viewerOf(c.req.header('authorization'));
    if (!known.ok) {
      log.info({ why: known.why, detail: known.detail }, 'somebody who looks at the tab was not let in');
      const [status, words] = REFUSED[known.why];
      return refuse(c, status, words, known.why === 'expired');
    }
    const connection = await tenants.find(known.viewer.tenantId);
    if (connection?.status !== 'connected') {
      return refuse(c, 403, UNKNOWN_TENANT);
    }
    const { workspaceId } = connection;
    const tooFast = await pace.take({ of: 'asked', workspaceId, person: known.viewer.personId });
    if (tooFast !== null) {
      c.header('retry-after', String(Math.ceil(tooFast.againInMs / 1_000)));
      return refuse(c, 429, TOO_FAST);
    }
    const { from, where } = await seenAs(connection, known.viewer, c.req.query());
    const member = await people.memberFor(connection, from, null);
    if (!member.ok) {
      return refuse(c, 403, noMemberWords[member.why]);
    }
    c.set('connection', connection);
    c.set('who', { workspaceId: connection.workspaceId, memberId: member.member.id });
    c.set('from', from);
    c.set('where', where);
    return next();
  };
}

/** Answers with a sentence. `expired`: with a new token it may go. */
export function refuse(
  c: Context,
  status: 400 | 401 | 403 | 404 | 413 | 415 | 429 | 500 | 503,
  error: string,
  expired = false,
): Response {
  if (status === 401) {
    c.header('www-authenticate', 'Bearer');
  }
  return c.json<TabRefusal>({ error, expired }, status);
}
