import { z } from 'zod';
import type { Clock } from '../../src/app/clock.ts';
import type { Log } from '../../src/app/deps.ts';
import type { Instant, Zone } from '../../src/domain/instant.ts';
import { type AppToken, createAppTokens } from './app-token.ts';
import { LOGIN_URL } from './granted.ts';
import type { TeamsConfig } from './teams-config.ts';
import { zoneNamed } from './zone-named.ts';

/** What Kept asks Graph for, where a tenant's admins granted it: nothing is asked that wasn't. */
export const GRAPH_PERMISSIONS = ['User.Read.All', 'MailboxSettings.Read', 'Presence.Read.All'] as const;
export type GraphPermission = (typeof GRAPH_PERMISSIONS)[number];

/** Somebody as Entra knows them. */
export type EntraUser = {
  name: string | null;
  title: string | null;
  isGuest: boolean;
  isEnabled: boolean;
};

/** What Graph tells of a person. `user` null: not granted, or it can't be told now; `gone`: there is nobody by that id. */
export type EntraPerson = { user: EntraUser | 'gone' | null; zone: Zone | null };

/** What Teams says of somebody at this moment. */
export type Presence = { isOutOfOffice: boolean; isUndisturbed: boolean };

/** Graph, as far as it is granted. It never throws: without it Kept knows less, and does all the same. */
export type Graph = {
  person(tenantId: string, personId: string): Promise<EntraPerson>;
  /** By Entra object id; null when it isn't granted, or can't be told now. */
  presences(tenantId: string, personIds: readonly string[]): Promise<Map<string, Presence> | null>;
};

const GRAPH_URL = 'https://graph.microsoft.com';
const TIMEOUT_MS = 3_000;
/** After trouble with a tenant's token, or when Graph wants to be left alone, it isn't asked for so long. */
const REST_MS = 60_000;
const MOST_REST_MS = 10 * 60_000;
/** Of one call. Source: learn.microsoft.com, “Get presence for multiple users”. */
const MOST_IDS = 650;

const User = z.object({
  displayName: z.string().nullable().catch(null),
  jobTitle: z.string().nullable().catch(null),
  userType: z.string().nullable().catch(null),
  accountEnabled: z.boolean().catch(true),
});
const TimeZone = z.object({ value: z.string() });
const Presences = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      availability: z.string().catch(''),
      activity: z.string().catch(''),
      outOfOfficeSettings: z
        .object({ isOutOfOffice: z.boolean().catch(false) })
        .nullish()
        .catch(null),
    }),
  ),
});

/** In a presentation or asking for quiet. In a call or a meeting people still see what is written to them. */
const UNDISTURBED: ReadonlySet<string> = new Set([
  'donotdisturb',
  'presenting',
  'focusing',
  'urgentinterruptionsonly',
]);

/** Microsoft Graph with the app's own permissions. In local development there are none. */
export function createGraph(parts: {
  identity: TeamsConfig['identity'];
  clock: Clock;
  log: Log;
  /** Other than Microsoft's in tests. */
  loginUrl?: string;
  graphUrl?: string;
}): Graph {
  const { identity, clock, log, loginUrl = LOGIN_URL, graphUrl = GRAPH_URL } = parts;
  const tokens = createAppTokens({ identity, loginUrl, graphUrl, clock });
  const restsUntil = new Map<string, Instant>();
  const said = new Map<string, string>();

  /** The token, when one of these permissions was granted. */
  async function tokenFor(tenantId: string, wanted: readonly GraphPermission[]): Promise<AppToken | null> {
    if (clock() < (restsUntil.get(tenantId) ?? -Infinity)) {
      return null;
    }
    try {
      const token = await tokens.of(tenantId);
      if (token === null) {
        return null;
      }
      sayOnce(tenantId, token);
      return wanted.some((one) => token.roles.has(one)) ? token : null;
    } catch (error) {
      restsUntil.set(tenantId, clock() + REST_MS);
      log.warn({ err: error, tenantId }, 'there is no token for graph: kept goes on without it');
      return null;
    }
  }

  function sayOnce(tenantId: string, { roles }: AppToken): void {
    const granted = GRAPH_PERMISSIONS.filter((one) => roles.has(one));
    const key = granted.join();
    if (said.get(tenantId) !== key) {
      said.set(tenantId, key);
      const lacks = GRAPH_PERMISSIONS.filter((one) => !roles.has(one));
      log.info({ tenantId, granted, lacks }, 'graph is asked for what was granted');
    }
  }

  /** The answer's JSON; `gone` for a 404, null when there is none to be had. */
  async function asked(
    tenantId: string,
    { token }: AppToken,
    path: string,
    body?: object,
  ): Promise<{ json: unknown } | 'gone' | null> {
    try {
      const answer = await fetch(`${graphUrl}/v1.0${path}`, {
        redirect: 'error',
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (answer.ok) {
        return { json: await answer.json() };
      }
      await answer.body?.cancel();
      if (answer.status === 404) {
        return 'gone';
      }
      if (answer.status === 401) {
        tokens.forget(tenantId);
      }
      if (answer.status === 429 || answer.status >= 500) {
        restsUntil.set(tenantId, clock() + restOf(answer.headers.get('retry-after')));
      }
      log.warn({ status: answer.status, tenantId }, 'graph did not answer as it should');
    } catch (error) {
      log.warn({ err: error, tenantId }, 'graph could not be asked');
    }
    return null;
  }

  async function userOf(tenantId: string, at: string): Promise<EntraPerson['user']> {
    const token = await tokenFor(tenantId, ['User.Read.All']);
    const found =
      token && (await asked(tenantId, token, `${at}?$select=displayName,jobTitle,userType,accountEnabled`));
    if (found === null || found === 'gone') {
      return found;
    }
    const read = User.safeParse(found.json);
    if (!read.success) {
      log.warn({ err: read.error, tenantId }, 'graph told something else of a person');
      return null;
    }
    const { displayName: name, jobTitle: title, userType, accountEnabled: isEnabled } = read.data;
    return { name, title, isGuest: userType?.toLowerCase() === 'guest', isEnabled };
  }

  async function zoneOf(tenantId: string, at: string): Promise<Zone | null> {
    const token = await tokenFor(tenantId, ['MailboxSettings.Read']);
    const found = token && (await asked(tenantId, token, `${at}/mailboxSettings/timeZone`));
    // Who has no mailbox has no zone there.
    return found === null || found === 'gone'
      ? null
      : zoneNamed(TimeZone.safeParse(found.json).data?.value ?? '');
  }

  return {
    person: async (tenantId, personId) => {
      const at = `/users/${encodeURIComponent(personId)}`;
      const [user, zone] = await Promise.all([userOf(tenantId, at), zoneOf(tenantId, at)]);
      return { user, zone };
    },
    presences: async (tenantId, personIds) => {
      const token = personIds.length === 0 ? null : await tokenFor(tenantId, ['Presence.Read.All']);
      if (token === null) {
        return null;
      }
      const all = new Map<string, Presence>();
      for (let from = 0; from < personIds.length; from += MOST_IDS) {
        const ids = personIds.slice(from, from + MOST_IDS);
        const found = await asked(tenantId, token, '/communications/getPresencesByUserId', { ids });
        const read = found === null || found === 'gone' ? null : Presences.safeParse(found.json);
        if (!read?.success) {
          return null;
        }
        for (const { id, ...presence } of read.data.value) {
          all.set(id, presenceOf(presence));
        }
      }
      return all;
    },
  };
}

function presenceOf(
  presence: Pick<
    z.infer<typeof Presences>['value'][number],
    'availability' | 'activity' | 'outOfOfficeSettings'
  >,
): Presence {
  const says = [presence.availability.toLowerCase(), presence.activity.toLowerCase()];
  return {
    isOutOfOffice: presence.outOfOfficeSettings?.isOutOfOffice === true || says.includes('outofoffice'),
    isUndisturbed: says.some((one) => UNDISTURBED.has(one)),
  };
}

/** Seconds, as Graph gives them. */
function restOf(retryAfter: string | null): number {
  const ms = Number(retryAfter) * 1_000;
  return ms > 0 ? Math.min(ms, MOST_REST_MS) : REST_MS;
}
