import { isUnsettled } from '../../src/domain/care-promise.ts';
import { nextAlarm } from '../../src/domain/case-file.ts';
import type { MemberId } from '../../src/domain/ids.ts';
import type { Instant } from '../../src/domain/instant.ts';
import type { Member, Team } from '../../src/domain/people.ts';
import type { Policy } from '../../src/domain/policy.ts';
import type { Matter } from '../../src/domain/say.ts';
import {
  askId,
  ben,
  caseId,
  changed,
  DAY,
  dana,
  HOUR,
  ira,
  MINUTE,
  memberIn,
  mo,
  promiseId,
  promiseTerms,
  text,
} from './domain-fixtures.ts';
import type { Move, State } from './domain-model.ts';

/** More would only be more of the same. */
const MOST_PROMISES = 3;
const MOST_ASKS = 1;

/** Everything that can happen to a case in a state. */
export function movesOf(state: State, policy: Policy): Move[] {
  return [...timeMoves(state, policy), ...teamMoves(state), ...promiseMoves(state), ...caseMoves(state)];
}

/** The clock: too early, in time, twice, and after a standstill of an hour, and of days. */
function timeMoves({ file, now }: State, policy: Policy): Move[] {
  const alarm = nextAlarm(file, policy);
  const wakes: readonly (readonly [string, Instant])[] =
    alarm === null
      ? [['woken for nothing', now + DAY]]
      : [
          ['woken too early', Math.max(now, alarm - 1)],
          ['woken', alarm],
          ['woken an hour late', alarm + HOUR],
          ['woken days late', alarm + 3 * DAY + 7 * HOUR],
        ];
  return wakes.map(([name, at]) => ({ name, at, command: { do: 'wake' } }));
}

/** People leave, go away, come back; a ladder gets a gap, and its top goes. Each is looked at at once. */
function teamMoves({ team, now }: State): Move[] {
  const away = { absence: { from: now, until: null } };
  const changes: readonly (readonly [string, MemberId, Partial<Member>])[] = [
    ['Ben is away', ben, away],
    ['Ben is away for two hours', ben, { absence: { from: now, until: now + 2 * HOUR } }],
    ['Ben hears nothing', ben, { chat: { away: null, paused: { from: now, until: now + 4 * DAY } } }],
    ['Ben leaves', ben, { active: false }],
    ['Ben is back', ben, { absence: null, active: true, chat: { away: null, paused: null } }],
    ['Dana is away', dana, away],
    ['Dana leaves', dana, { active: false }],
    ['Dana is back', dana, { absence: null, active: true }],
    ['Mo leaves', mo, { active: false }],
    ['Ira is away', ira, away],
  ];
  return changes.flatMap(([name, id, change]): Move[] =>
    isChange(team, id, change)
      ? [{ name: `team: ${name}`, team: changed(team, id, change), command: { do: 'wake' } }]
      : [],
  );
}

function isChange(team: Team, id: MemberId, change: Partial<Member>): boolean {
  const member = memberIn(team, id);
  const isAs = (key: keyof Member) =>
    key === 'absence'
      ? (member.absence === null) === (change.absence === null)
      : JSON.stringify(member[key]) === JSON.stringify(change[key]);
  return !(['absence', 'active', 'chat'] as const).filter((key) => key in change).every(isAs);
}

function promiseMoves({ file, now }: State): Move[] {
  const moves: Move[] = [];
  const mayMore = file.promises.length < MOST_PROMISES;
  const id = promiseId(file.promises.length + 1);
  if (mayMore) {
    for (const [owner, ms] of [
      [ben, 10 * MINUTE],
      [ben, 26 * HOUR],
      [dana, 3 * HOUR],
    ] as const) {
      const terms = promiseTerms(id, owner, now + ms);
      moves.push({ name: `promise of ${ms / MINUTE} min`, by: owner, command: { do: 'promise', terms } });
    }
  }
  for (const { id: one, ownerId } of file.promises.filter(isUnsettled)) {
    const matter: Matter = { kind: 'promise', promiseId: one };
    const proof = text('They have it.');
    moves.push(
      { name: 'keep', by: ownerId, command: { do: 'keep', promiseId: one, proof } },
      {
        name: 'hand over',
        by: ownerId,
        command: { do: 'hand over', promiseId: one, to: ownerId === ben ? dana : ben },
      },
      {
        name: 'withdraw',
        by: ownerId,
        command: { do: 'withdraw', promiseId: one, reason: text('Needless') },
      },
      { name: 'Mo takes it', by: mo, command: { do: 'take', matter } },
    );
    if (mayMore) {
      const to = { id, followUpAt: now + 2 * HOUR, reason: text('Not yet'), customerTold: true };
      moves.push({ name: 'move', by: ownerId, command: { do: 'move', promiseId: one, to } });
    }
  }
  // What has ended can't end again.
  const over = file.promises.find((promise) => !isUnsettled(promise));
  if (over) {
    moves.push({
      name: 'keep again',
      by: ben,
      command: { do: 'keep', promiseId: over.id, proof: text('x') },
    });
  }
  return moves;
}

function caseMoves({ file, now }: State): Move[] {
  const matter: Matter = { kind: 'case', caseId };
  const holdId = promiseId(file.promises.length + 1);
  const moves: Move[] = [
    { name: 'sign', by: ben, command: { do: 'sign' } },
    { name: 'Dana takes the case', by: dana, command: { do: 'take', matter } },
    { name: 'reopen', by: ben, command: { do: 'reopen', reason: text('Again') } },
  ];
  if (file.promises.length < MOST_PROMISES) {
    const close = { holdId, holdAt: now + 2 * DAY, holdAction: text('Did it hold?') };
    moves.push({ name: 'close', by: ben, command: { do: 'close', solved: text('Mended'), ...close } });
  }
  if (file.asks.length < MOST_ASKS) {
    const terms = {
      id: askId(file.asks.length + 1),
      promiseId: null,
      need: text('A refund'),
      money: 400,
      days: null,
      by: now + 2 * HOUR,
      options: '',
      recommendation: '',
    };
    moves.push({ name: 'ask', by: ben, command: { do: 'ask', terms } });
  }
  for (const { id, status } of file.asks) {
    if (status !== 'open') continue;
    const option = text('A voucher');
    const reason = text('Too dear');
    moves.push(
      {
        name: 'approve',
        by: dana,
        command: { do: 'answer', askId: id, answer: { answer: 'approved', note: '' } },
      },
      {
        name: 'decline',
        by: mo,
        command: { do: 'answer', askId: id, answer: { answer: 'declined', option, reason } },
      },
      { name: 'Dana: not mine', by: dana, command: { do: 'not mine', askId: id } },
      { name: 'Mo: not mine', by: mo, command: { do: 'not mine', askId: id } },
      { name: 'Dana takes the ask', by: dana, command: { do: 'take', matter: { kind: 'ask', askId: id } } },
    );
  }
  return moves;
}
