import { nextAlarm, promiseOf } from '../../src/domain/case-file.ts';
import type { NewCase } from '../../src/domain/case-turns.ts';
import { type Command, type Decided, decide, open } from '../../src/domain/decide.ts';
import type { MemberId, PromiseId } from '../../src/domain/ids.ts';
import type { Instant, Zone } from '../../src/domain/instant.ts';
import type { Member, Team } from '../../src/domain/people.ts';
import { Policy } from '../../src/domain/policy.ts';
import type { Rejection } from '../../src/domain/rejection.ts';
import type { Audience, OutMessage, Say } from '../../src/domain/say.ts';
import type { TimelineEvent } from '../../src/domain/timeline.ts';
import { faultsOf } from './case-faults.ts';
import {
  ben,
  berlin,
  caseTerms,
  changed,
  NAMES,
  promiseId,
  promiseTerms,
  teamWith,
  wall,
  when,
} from './domain-fixtures.ts';

export type Setting = {
  team?: Team;
  policy?: Policy;
  at?: string;
  zone?: Zone;
  by?: MemberId;
  terms?: Partial<NewCase>;
};

type Said = { at: Instant; message: Extract<OutMessage, { op: 'post' }> };

/**
 * One case from its opening on, with a clock that only goes forward. Every decision on the way is held against
 * what must always be so; a violation throws.
 */
export function story(setting: Setting = {}) {
  const { policy = Policy.parse({}), zone = berlin, by = ben } = setting;
  let team = setting.team ?? teamWith();
  let now = when(setting.at ?? '2026-03-04 10:00', zone);
  const posted: Said[] = [];
  const redrawn: string[] = [];
  const events: TimelineEvent[] = [];
  let unheard = 0;
  let ids = 0;

  const opened = open(caseTerms(setting.terms), { team, policy, now, by });
  let file = opened.file;
  accept(opened, null);

  function accept(decision: Decided, command: Command['do'] | null): void {
    const faults = faultsOf(decision, {
      team,
      policy,
      now,
      command,
      keys: posted.map(({ message }) => message.key),
    });
    if (faults.length > 0) {
      throw new Error(`${wall(now, zone)}, ${command ?? 'open'}: ${faults.join('; ')}`);
    }
    file = decision.file;
    events.push(...decision.events);
    for (const message of decision.messages) {
      if (message.op === 'post') {
        posted.push({ at: now, message });
      } else {
        redrawn.push(message.of);
      }
    }
  }

  function attempt(by: MemberId | null, command: Command): Rejection | null {
    const decision = decide(file, command, { team, policy, now, by });
    if (!decision.ok) {
      return decision.rejection;
    }
    accept(decision, command.do);
    return null;
  }

  /** Wakes the case at each of its alarms up to `until`, and then once more for nothing. */
  function passUntil(until: Instant): void {
    for (;;) {
      const alarm = nextAlarm(file, policy);
      if (alarm === null || alarm > until) {
        break;
      }
      now = Math.max(now, alarm);
      attempt(null, { do: 'wake' });
    }
    now = Math.max(now, until);
    mustChangeNothing();
  }

  /** Invariant 5: waking when nothing is due. */
  function mustChangeNothing(): void {
    const again = decide(file, { do: 'wake' }, { team, policy, now, by: null });
    if (!again.ok || again.events.length + again.messages.length > 0 || again.file !== file) {
      throw new Error(`${wall(now, zone)}: a needless wake has changed something`);
    }
  }

  return {
    get file() {
      return file;
    },
    get now() {
      return now;
    },
    get team() {
      return team;
    },
    get events() {
      return events;
    },
    get posted() {
      return posted;
    },
    get redrawn() {
      return redrawn;
    },
    get nextAlarm() {
      return nextAlarm(file, policy);
    },
    policy,
    mustChangeNothing,
    /** What a member does; that it is accepted is taken for granted. */
    does(by: MemberId | null, command: Command): void {
      const rejection = attempt(by, command);
      if (rejection !== null) {
        throw new Error(`${wall(now, zone)}, ${command.do}: ${JSON.stringify(rejection)}`);
      }
    },
    /** What a member tries: null when it was done, else why it was not. */
    tries: attempt,
    /** Makes a promise, due at an instant or a wall time, and returns its id. */
    promises(owner: MemberId, followUp: Instant | string, by: MemberId = owner): PromiseId {
      const id = promiseId(++ids);
      const followUpAt = typeof followUp === 'string' ? when(followUp, zone) : followUp;
      this.does(by, { do: 'promise', terms: promiseTerms(id, owner, followUpAt) });
      return id;
    },
    newPromiseId: () => promiseId(++ids),
    /** Time goes by: every alarm is heard. */
    passes(ms: number): void {
      passUntil(now + ms);
    },
    passesUntil(text: string): void {
      passUntil(when(text, zone));
    },
    /** Time goes by and nobody is awake; then one wake. */
    standsStillFor(ms: number): void {
      now += ms;
      attempt(null, { do: 'wake' });
      mustChangeNothing();
    },
    /** A fact about a member changes. */
    changes(id: MemberId, change: Partial<Member>): void {
      team = changed(team, id, change);
    },
    /** A member is not in the team any more, not even as one who has left. */
    loses(id: MemberId): void {
      team = { ...team, members: new Map([...team.members].filter(([one]) => one !== id)) };
    },
    promise(id: PromiseId) {
      const promise = promiseOf(file, id);
      if (promise === undefined) {
        throw new Error('There is no such promise');
      }
      return promise;
    },
    /** What was said since this was asked last: "10:01:36 thread: nudge soon". */
    heard(): string[] {
      const fresh = posted.slice(unheard).map(({ at, message }) => `${clock(at, zone)} ${lineOf(message)}`);
      unheard = posted.length;
      return fresh;
    },
    /** The same with the date. */
    heardOn(): string[] {
      const fresh = posted.slice(unheard).map(({ at, message }) => `${wall(at, zone)} ${lineOf(message)}`);
      unheard = posted.length;
      return fresh;
    },
  };
}

export type Story = ReturnType<typeof story>;

/** A case with Ben's promise, made at Wed 10:00 and due at the given wall time, and nothing of it heard yet. */
export function promised(due = '2026-03-04 11:00', setting: Setting = {}): { s: Story; id: PromiseId } {
  const s = story(setting);
  const id = s.promises(ben, due);
  s.heard();
  return { s, id };
}

function clock(at: Instant, zone: Zone): string {
  return wall(at, zone).slice(15);
}

function lineOf({ to, say }: { to: Audience; say: Say }): string {
  return `${to.kind === 'member' ? NAMES.get(to.memberId) : to.kind}: ${whatOf(say)}`;
}

function whatOf(say: Say): string {
  if (say.what === 'nudge') {
    return `nudge ${say.step}`;
  }
  if (say.what === 'wants promise') {
    return `wants promise ${say.round}`;
  }
  if (say.what === 'call' || say.what === 'nobody') {
    return `${say.what} (${say.matter.kind})`;
  }
  return say.what === 'passed on' ? `passed on to ${NAMES.get(say.to)}` : say.what;
}
