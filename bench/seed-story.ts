import { randomUUID } from 'node:crypto';
import { commitOf } from '../src/app/act.ts';
import { exampleTeam, newWorkspace } from '../src/app/set-up.ts';
import type { Commit, Locked, WorkspaceData } from '../src/app/store.ts';
import { teamOf } from '../src/app/team.ts';
import { type Command, type Decision, decide, open } from '../src/domain/decide.ts';
import { CaseId, CustomerId, MemberId, NonBlank, PromiseId, WorkspaceId } from '../src/domain/ids.ts';
import { type Instant, Zone } from '../src/domain/instant.ts';
import type { Member } from '../src/domain/people.ts';

const HOUR_MS = 3_600_000;
/** A Tuesday; where it stands doesn't matter, for copies move it. */
const STARTS = Date.parse('2026-03-03T09:00:00Z');
const WINDOW_MS = 24 * HOUR_MS;

/** What stands in a story where every copy has its own. */
export const STORY = {
  workspaceId: WorkspaceId.parse(randomUUID()),
  caseId: CaseId.parse(randomUUID()),
  promiseId: PromiseId.parse(randomUUID()),
  holdId: PromiseId.parse(randomUUID()),
  customerId: CustomerId.parse(randomUUID()),
  ownerId: MemberId.parse(randomUUID()),
  leadId: MemberId.parse(randomUUID()),
  number: 987_654_321,
  title: NonBlank.parse('A title that every copy has its own of'),
  starts: STARTS,
  windowMs: WINDOW_MS,
} as const;

/** What the domain made of one case: every commit of it, in order. */
export type Story = { data: WorkspaceData; commits: Commit[] };

/** A case with a promise that is pending, as the domain makes it when somebody opens it and promises. */
export function pendingStory(connection: string): Story {
  return tell(connection, [{ at: STARTS, command: promise() }]);
}

/** A case from its opening to its end: promised, reminded twice, kept, closed, and looked at whether it held. */
export function closedStory(connection: string): Story {
  const proof = NonBlank.parse('Told them on the phone');
  const holdAt = STARTS + 3 * WINDOW_MS;
  const hold = { holdId: STORY.holdId, holdAt, holdAction: NonBlank.parse('Did it hold?') };
  return tell(connection, [
    { at: STARTS, command: promise() },
    { at: STARTS + 0.5 * WINDOW_MS, command: { do: 'wake' } },
    { at: STARTS + 0.7 * WINDOW_MS, command: { do: 'sign' } },
    { at: STARTS + 23 * HOUR_MS, command: { do: 'wake' } },
    { at: STARTS + 23.5 * HOUR_MS, command: { do: 'keep', promiseId: STORY.promiseId, proof } },
    { at: STARTS + WINDOW_MS, command: { do: 'close', solved: proof, ...hold } },
    { at: STARTS + 2.5 * WINDOW_MS, command: { do: 'keep', promiseId: STORY.holdId, proof } },
  ]);
}

/** The people of a seeded workspace: the example team, of whom the first agent owns what a story promises. */
export function storyPeople(): WorkspaceData {
  const { team } = exampleTeam(Zone.parse('Europe/Berlin'));
  const known: Record<string, MemberId> = { agent: STORY.ownerId, lead: STORY.leadId };
  const ids = new Map(team.members.map(({ key }) => [key, known[key] ?? MemberId.parse(randomUUID())]));
  const members = team.members.flatMap(({ key, lead, ...rest }): Member[] => {
    const id = ids.get(key);
    const leadId = lead === null ? null : (ids.get(lead) ?? null);
    const here = { absence: null, chat: { away: null, paused: null }, admin: false, active: true };
    return id === undefined ? [] : [{ ...rest, ...here, id, leadId, workspaceId: STORY.workspaceId }];
  });
  return newWorkspace({ ...team, id: STORY.workspaceId }, members);
}

function promise(): Command {
  const action = NonBlank.parse('Call them and say what was found');
  const { promiseId: id, ownerId } = STORY;
  const followUpAt = STARTS + WINDOW_MS;
  return { do: 'promise', terms: { id, ownerId, action, contactBy: ownerId, contactTo: '', followUpAt } };
}

function tell(connection: string, steps: readonly { at: Instant; command: Command }[]): Story {
  const data = storyPeople();
  const { workspaceId, customerId, title, number, caseId: id, ownerId: by } = STORY;
  const context = (now: Instant) => ({ team: teamOf(data, now), policy: data.policy, now });
  const place = { connection, channel: 'care' };
  // Critical: its plan runs by the clock, so that its steps are shares of a window of any length.
  const rest = {
    whatHappened: '',
    stakes: title,
    deadline: null,
    severity: 'critical' as const,
    source: null,
  };
  const opened = open(
    { id, workspaceId, number, customerId, title, place, ...rest },
    { ...context(STARTS), by },
  );
  const commits = [commitOf(null, opened, data.policy, STARTS)];
  let locked: Locked = { file: opened.file, version: 1 };
  for (const { at, command } of steps) {
    const decision: Decision = decide(locked.file, command, {
      ...context(at),
      by: command.do === 'wake' ? null : by,
    });
    if (!decision.ok) {
      throw new Error(`The story can't go on with ${command.do}`, { cause: decision.rejection });
    }
    commits.push(commitOf(locked, decision, data.policy, at));
    locked = { file: decision.file, version: locked.version + 1 };
  }
  return { data, commits };
}
