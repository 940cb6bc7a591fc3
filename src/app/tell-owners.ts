import { z } from 'zod';
import { type CaseId, WorkspaceId } from '../domain/ids.ts';
import { Instant } from '../domain/instant.ts';
import { caretakerOf } from '../domain/people.ts';
import type { Post } from '../domain/said.ts';
import type { Deps } from './deps.ts';
import type { Finding } from './repair.ts';

/** What the owner of a workspace is told of. */
const Kind = z.enum(['silent', 'missing', 'unsaid', 'failingCases', 'stuckOutbox', 'lateInbox']);
type Kind = z.infer<typeof Kind>;

/** Of what, when, and of how much of it the owner of a workspace was told last. */
export const Told = z.object({ workspaceId: WorkspaceId, kind: Kind, at: Instant, count: z.int() });
export type Told = z.infer<typeof Told>;

/** What the owner of a workspace could be told of. */
export type News = {
  workspaceId: WorkspaceId;
  kind: Kind;
  count: number;
  /** Of the cases that it is about, where it is about any. */
  numbers: readonly number[];
};

/** For so long nobody is told of the same kind again… */
const QUIET_MS = 3_600_000;
/** …unless there is so many times as much of it. */
const WORSE = 2;

/** What was found in cases, as news of the workspaces they belong to. */
export function newsOf(kind: Kind, findings: readonly Finding[]): News[] {
  return [...new Set(findings.map(({ workspaceId }) => workspaceId))].map((workspaceId) => {
    const here = findings.filter((one) => one.workspaceId === workspaceId);
    const numbers = [...new Set(here.map(({ number }) => number))];
    return { workspaceId, kind, count: numbers.length, numbers };
  });
}

/** The news whose time has come: told of less than an hour ago, they wait, unless it has got worse. */
export function dueNews(news: readonly News[], told: readonly Told[], now: Instant): News[] {
  return news.filter((one) => {
    const before = told.find((other) => isSame(one, other) && isRecent(other, now));
    return before === undefined || one.count >= WORSE * before.count;
  });
}

type TellDeps = Deps & {
  /** A case of theirs that the message belongs to, and that it can be drawn from; null where they have none. */
  wellCase: (workspaceId: WorkspaceId) => Promise<CaseId | null>;
};

/**
 * Tells whoever looks after each workspace what was found in it: one direct message for each, in plain words. Returns
 * what was told. What couldn't be told isn't in it, and stays in the log.
 */
export async function tellOwners(deps: TellDeps, news: readonly News[]): Promise<Told[]> {
  const now = deps.clock();
  const told: Told[] = [];
  for (const workspaceId of new Set(news.map((one) => one.workspaceId))) {
    const here = news.filter((one) => one.workspaceId === workspaceId);
    try {
      if (!(await tell(deps, workspaceId, here, now))) {
        deps.log.warn(
          { workspaceId, news: here },
          'Nobody is there to be told what was found in a workspace',
        );
        continue;
      }
      told.push(...here.map(({ kind, count }) => ({ workspaceId, kind, at: now, count })));
    } catch (err) {
      // One workspace that can't be told keeps no other from it.
      deps.log.error(
        { err, workspaceId, news: here },
        'The owner of a workspace could not be told what was found',
      );
    }
  }
  return told;
}

/** What is to be remembered of what was told before, and what was told now. */
export function toldLately(before: readonly Told[], told: readonly Told[], now: Instant): Told[] {
  const lately = before.filter((one) => isRecent(one, now) && !told.some((other) => isSame(one, other)));
  return [...lately, ...told];
}

async function tell(
  deps: TellDeps,
  workspaceId: WorkspaceId,
  news: readonly News[],
  now: Instant,
): Promise<boolean> {
  const caseId = await deps.wellCase(workspaceId);
  if (caseId === null) {
    return false;
  }
  const of = (kind: Kind) => news.filter((one) => one.kind === kind);
  const numbers = (kind: Kind) => of(kind).flatMap((one) => one.numbers);
  const count = (kind: Kind) => of(kind).reduce((sum, one) => sum + one.count, 0);
  const say: Post['say'] = {
    what: 'audit found',
    silent: numbers('silent'),
    missing: numbers('missing'),
    unsaid: numbers('unsaid'),
    failing: numbers('failingCases'),
    stuck: count('stuckOutbox'),
    unheard: count('lateInbox'),
  };
  const rowIds = await deps.store.transact(workspaceId, async (tx) => {
    const data = await tx.workspace();
    const memberId = caretakerOf(deps.teamOf(data, now), now);
    if (memberId === null) {
      return [];
    }
    const key = `${caseId}/audit/${now}`;
    return tx.owe(caseId, [{ op: 'post', key, to: { kind: 'member', memberId }, say }], now);
  });
  await deps.bell.ringOutbox(rowIds);
  return rowIds.length > 0;
}

function isSame(one: Pick<Told, 'workspaceId' | 'kind'>, other: Pick<Told, 'workspaceId' | 'kind'>): boolean {
  return one.workspaceId === other.workspaceId && one.kind === other.kind;
}

/** Later than now: the clock has gone back since, and it says nothing. */
function isRecent({ at }: Told, now: Instant): boolean {
  return at <= now && now < at + QUIET_MS;
}
