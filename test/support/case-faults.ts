import { type CaseFile, isSilent, nextAlarm } from '../../src/domain/case-file.ts';
import type { Command, Decided } from '../../src/domain/decide.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { isReachable, type Team } from '../../src/domain/people.ts';
import type { Policy } from '../../src/domain/policy.ts';
import type { TimelineEvent } from '../../src/domain/timeline.ts';
import { DAY, memberIn, SECOND } from './domain-fixtures.ts';

/** In what a decision was made: `keys` are those of everything the case has said before. */
export type Scene = {
  team: Team;
  policy: Policy;
  now: Instant;
  command: Command['do'] | null;
  keys: readonly string[];
};

/** What is wrong with a decision, held against architecture.md's "What must always hold"; empty when nothing is. */
export function faultsOf(decision: Decided, scene: Scene): string[] {
  const { file, messages, events } = decision;
  const { policy, now } = scene;
  const faults: string[] = [];
  const posts = messages.filter((message) => message.op === 'post');
  const alarm = nextAlarm(file, policy);
  if (isSilent(file, policy)) {
    faults.push('the case is silent');
  }
  if (file.case.status === 'open' && alarm === null) {
    faults.push('an open case has no alarm');
  }
  if (scene.command === 'wake' && alarm !== null && alarm <= now) {
    faults.push('the next alarm is not ahead');
  }
  const keys = [...scene.keys, ...posts.map(({ key }) => key)];
  if (new Set(keys).size < keys.length) {
    faults.push(`said twice: ${keys.filter((key, i) => keys.indexOf(key) < i).join(', ')}`);
  }
  const redraws = messages.flatMap((message) => (message.op === 'redraw' ? [message.of] : []));
  if (new Set(redraws).size < redraws.length || redraws.some((of) => !scene.keys.includes(of))) {
    faults.push('drawn again twice, or without having been said before');
  }
  for (const { key, say } of posts) {
    if (say.what === 'call' && !isReachable(memberIn(scene.team, say.holderId), now)) {
      faults.push('somebody was called who is not here');
    }
    if (!key.startsWith(`${file.case.id}/`)) {
      faults.push('a key does not name its case');
    }
  }
  if (scene.command === 'wake') {
    faults.push(...overdueSteps(file, now), ...unsaidNudges(decision));
  }
  return [...faults, ...climbFaults(file, now, scene.command === 'wake'), ...recordFaults(events, file)];
}

/** After a wake every step whose time has come is taken. */
function overdueSteps(file: CaseFile, now: Instant): string[] {
  return file.promises.flatMap((promise) =>
    promise.status === 'live'
      ? promise.plan.steps
          .filter(({ step, at }) => at <= now && !promise.said.includes(step))
          .map(({ step }) => `${step} is overdue`)
      : [],
  );
}

/** A nudge that is taken is said, or something later about the same promise is said in its place. */
function unsaidNudges({ events, messages }: Decided): string[] {
  return events.flatMap(({ what }) => {
    if (what.kind !== 'nudged') {
      return [];
    }
    const speaks = messages.some(
      (message) =>
        message.op === 'post' &&
        (message.say.what === 'nudge' || message.say.what === 'broken') &&
        message.say.promiseId === what.promiseId,
    );
    return speaks ? [] : [`the nudge ${what.step} was swallowed`];
  });
}

/** What is at risk or broken climbs, calls nobody twice in a round, and leaves everyone half a minute. */
function climbFaults(file: CaseFile, now: Instant, isAwake: boolean): string[] {
  const faults: string[] = [];
  const climbs = [
    ...file.promises.flatMap((promise) => {
      const isUrgent =
        (promise.status === 'live' && promise.risk !== null) ||
        (promise.status === 'broken' && promise.settled === null);
      if (isUrgent && (promise.climb === null || promise.climb.status === 'taken')) {
        faults.push('a matter does not climb');
      }
      return isUrgent && promise.climb ? [promise.climb] : [];
    }),
    ...file.asks.flatMap((ask) => (ask.status === 'open' ? [ask.climb] : [])),
    ...(file.case.status === 'open' && file.case.waiting?.climb ? [file.case.waiting.climb] : []),
  ];
  for (const climb of climbs) {
    const pairs = climb.calls.map(({ holderId, round }) => `${holderId} ${round}`);
    if (new Set(pairs).size < pairs.length) {
      faults.push('somebody was called twice in a round');
    }
    if (climb.calls.some(({ at, until }) => until - at < 30 * SECOND)) {
      faults.push('a call leaves less than half a minute');
    }
    if (isAwake && climb.status !== 'taken' && climb.nextAt <= now) {
      faults.push('a climb stands still');
    }
    // A round comes within an hour of work: over a weekend and two holidays at most.
    if (climb.status !== 'taken' && climb.nextAt > now + 6 * DAY) {
      faults.push('a climb waits too long');
    }
  }
  return faults;
}

/** Invariant 6, and that what is told of is on record. */
function recordFaults(events: readonly TimelineEvent[], file: CaseFile): string[] {
  const bare = file.promises.filter((promise) => promise.status === 'kept' && promise.proof.trim() === '');
  const nos = file.asks.filter(
    (ask) => ask.status === 'decided' && ask.answer.answer === 'declined' && ask.answer.option.trim() === '',
  );
  const strays = events.filter((event) => event.caseId !== file.case.id);
  return [
    ...bare.map(() => 'kept without proof'),
    ...nos.map(() => 'a bare no'),
    ...strays.map(() => 'an entry of another case'),
  ];
}
