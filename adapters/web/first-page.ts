import { Hono } from 'hono';
import { countries, isKnownPlace, regions } from '../../src/domain/holidays.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { isAway } from '../../src/domain/people.ts';
import { refuse } from './guard.ts';
import { body } from './parsed.ts';
import { type SetupError, setupErrors, TeamSetup } from './team-setup.ts';
import type { ConsoleWorkspace, SetupChoice, WebDeps } from './web-deps.ts';
import { type Session, SetupRequest, type SetupResult } from './wire.ts';

/** The calls that need nobody's eyes: who is there, and the choice of a team. */
export function firstPage(deps: Pick<WebDeps, 'workspace' | 'setUp' | 'clock'>): Hono {
  const app = new Hono();
  app.get('/session', async (c) => c.json(session(await deps.workspace(), deps.clock())));
  app.get('/countries', (c) => c.json(countries()));
  app.get('/regions', (c) => c.json(regions(c.req.query('country') ?? '')));
  app.post('/setup', body(SetupRequest), async (c) => {
    if ((await deps.workspace()) !== null)
      return refuse(c, 409, 'There is a team already. Reload to see it.');
    const chosen = choiceOf(c.req.valid('json'));
    const result = chosen.ok ? await deps.setUp(chosen.choice) : chosen;
    return c.json(result, result.ok ? 200 : 422);
  });
  return app;
}

function session(workspace: ConsoleWorkspace | null, now: Instant): Session {
  if (workspace === null) return { now, workspace };
  const { id, name, zone } = workspace;
  const members = workspace.members.map((member) => ({
    id: member.id,
    name: member.name,
    title: member.title,
    zone: member.zone,
    active: member.active,
    away: isAway(member, now),
  }));
  return { now, workspace: { id, name, zone, members } };
}

type Chosen = { ok: true; choice: SetupChoice } | Extract<SetupResult, { ok: false }>;

function choiceOf(request: SetupRequest): Chosen {
  if (request.kind === 'example') return { ok: true, choice: request };
  const team = TeamSetup.safeParse(request.team);
  const errors: SetupError[] = team.success ? placeErrors(team.data) : setupErrors(team.error);
  return team.success && errors.length === 0
    ? { ok: true, choice: { kind: 'own', team: team.data } }
    : { ok: false, errors };
}

function placeErrors({ country, region }: TeamSetup): SetupError[] {
  if (country === null || isKnownPlace({ country, region })) return [];
  const path = isKnownPlace({ country }) ? 'region' : 'country';
  return [{ path, message: `The holidays of this ${path} aren’t known. Choose one from the list.` }];
}
