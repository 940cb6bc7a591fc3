import { z } from 'zod';
import type { Connection } from '../../src/app/connections.ts';
import { placeOf } from '../../src/app/place.ts';
import { newWorkspace } from '../../src/app/set-up.ts';
import { MemberId, NonBlank, WorkspaceId } from '../../src/domain/ids.ts';
import type { Member } from '../../src/domain/people.ts';
import { SlackFacts, type SlackSecret } from './facts.ts';
import { missingScopes } from './scopes.ts';
import type { SlackConnection, SlackDeps } from './slack-deps.ts';
import { isAdminOf, newMember, SlackUser, whyNoMember, zoneOf } from './slack-user.ts';
import type { NewClient } from './web-client.ts';

const AuthTest = z.object({
  url: z.string(),
  team: z.string().nullish(),
  team_id: z.string(),
  user_id: z.string(),
  bot_id: z.string().nullish(),
  app_id: z.string().nullish(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.boolean().nullish(),
  response_metadata: z.object({ scopes: z.array(z.string()).catch([]) }).nullish(),
});
type AuthTest = z.infer<typeof AuthTest>;

/** A bot token and what came with it. */
export type Granted = {
  token: string;
  /** What to keep of it, sealed; null when it lives in the environment. */
  secret: SlackSecret | null;
  /** Slack id of who installed it, where that is known. */
  installedBy: string | null;
  appId: string | null;
  name: string | null;
};

type Parts = Pick<SlackDeps, 'connections' | 'changeMember' | 'clock' | 'newId' | 'log'> & {
  newClient: NewClient;
};

/**
 * Connects the team, or the org, that a bot token is for: the first time with a workspace of its own, later with
 * the one it has, so that everything goes on where it stood. Who installs it is met; the first of them runs it.
 * Throws what Slack's client throws when the token is refused or Slack can't be reached.
 */
export async function connectTeam(parts: Parts, granted: Granted): Promise<SlackConnection> {
  const { connections, clock, newId, log } = parts;
  const client = parts.newClient(granted.token);
  const auth = AuthTest.parse(await client.auth.test());
  const read = factsOf(auth, granted, granted.appId ?? (await appIdOf(parts, granted, auth)));
  const externalId = read.teamId ?? read.enterpriseId;
  if (externalId === null) {
    throw new Error('Slack names neither a team nor an org for this token');
  }
  const known = await connections.find('slack', externalId);
  // Who installs it again may be anybody whom Slack lets: they don't come to run it by that.
  const facts = (before: unknown): SlackFacts =>
    before === null ? read : { ...read, installedBy: SlackFacts.parse(before).installedBy };
  const workspaceId = WorkspaceId.parse(newId());
  const installer = await installerOf(parts, granted, read);
  const sample = installer ?? (known === null ? await ownerOf(parts, granted) : null);
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = (sample === null ? null : zoneOf(sample)) ?? here;
  const first: Member | null =
    installer &&
    newMember(installer, {
      id: MemberId.parse(newId()),
      workspaceId,
      admin: known === null || isAdminOf(installer, facts(known?.facts ?? null)),
      now: clock(),
    });
  const team = { id: workspaceId, name: named(read.name), zone, ...placeOf(sample?.locale ?? null, zone) };
  const { connection, isNew } = await connections.connect({
    kind: 'slack',
    externalId,
    facts,
    secret: granted.secret,
    workspace: newWorkspace(team, first === null ? [] : [first]),
    identities:
      first === null || installer === null ? [] : [{ externalId: installer.id, memberId: first.id }],
  });
  if (!isNew && first !== null && installer !== null) {
    await meetAgain(parts, connection, installer.id, first);
  }
  const lacks = missingScopes(read.scopes).map(({ scope }) => scope);
  if (lacks.length > 0) {
    log.warn({ connection: connection.id, scopes: lacks }, 'slack app lacks scopes: install it again');
  }
  log.info({ connection: connection.id, workspaceId: connection.workspaceId, isNew }, 'slack team connected');
  return { ...connection, facts: SlackFacts.parse(connection.facts) };
}

function factsOf(auth: AuthTest, granted: Granted, appId: string | null): SlackFacts {
  const isOrg = auth.is_enterprise_install === true && typeof auth.enterprise_id === 'string';
  return {
    teamId: isOrg ? null : auth.team_id,
    enterpriseId: auth.enterprise_id ?? null,
    name: granted.name ?? auth.team ?? auth.team_id,
    url: auth.url,
    appId,
    botUserId: auth.user_id,
    botId: auth.bot_id ?? null,
    scopes: auth.response_metadata?.scopes ?? [],
    installedBy: granted.installedBy,
  };
}

/** A token doesn't say of which app it is, but its bot does. Only links into Slack need it. */
async function appIdOf(
  parts: Parts,
  { token }: Granted,
  { app_id, bot_id }: AuthTest,
): Promise<string | null> {
  if (app_id || !bot_id) {
    return app_id ?? null;
  }
  return asked(parts, 'the app', async () => {
    const { bot } = await parts.newClient(token).bots.info({ bot: bot_id });
    return bot?.app_id ?? null;
  });
}

/** Who installed it, if they are one of the team. */
function installerOf(parts: Parts, granted: Granted, facts: SlackFacts): Promise<SlackUser | null> {
  const { token, installedBy: user } = granted;
  return user === null
    ? Promise.resolve(null)
    : asked(parts, 'who installed it', async () => {
        const answer = await parts.newClient(token).users.info({ user, include_locale: true });
        const read = SlackUser.parse(answer.user);
        return whyNoMember(read, facts) === null ? read : null;
      });
}

/** The owner, or else any one of the first people of the team, to tell where in the world it is. */
function ownerOf(parts: Parts, { token }: Granted): Promise<SlackUser | null> {
  return asked(parts, 'the team’s owner', async () => {
    const { members } = await parts.newClient(token).users.list({ limit: 200, include_locale: true });
    const people = z
      .array(SlackUser)
      .parse(members)
      .filter((user) => !user.deleted && !user.is_bot && user.id !== 'USLACKBOT' && zoneOf(user) !== null);
    return (
      people.find((user) => user.is_primary_owner) ??
      people.find((user) => user.is_owner) ??
      people[0] ??
      null
    );
  });
}

/** What would be good to know, and isn't worth failing for. */
async function asked<T>({ log }: Parts, what: string, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    log.warn({ err: error, what }, 'slack did not say something about a team');
    return null;
  }
}

/** Who installs it again is here, whether they were known or not, and runs it where they run the Slack team. */
async function meetAgain(
  parts: Parts,
  connection: Connection,
  externalId: string,
  first: Member,
): Promise<void> {
  const { workspaceId, id } = connection;
  const met = await parts.connections.meet(workspaceId, id, externalId, { ...first, workspaceId });
  if (!met.active || (first.admin && !met.admin)) {
    const admin = met.admin || first.admin;
    await parts.changeMember(workspaceId, met.id, (member) => ({ ...member, admin, active: true }));
  }
}

function named(name: string): NonBlank {
  return NonBlank.catch(NonBlank.parse('Slack')).parse(name);
}
