import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { Ask, type AskAnswer } from '../../src/domain/ask.ts';
import { CareCase } from '../../src/domain/care-case.ts';
import { CarePromise, isUnsettled } from '../../src/domain/care-promise.ts';
import type { Command } from '../../src/domain/decide.ts';
import type { MemberId } from '../../src/domain/ids.ts';
import { TimelineEvent } from '../../src/domain/timeline.ts';
import { type Story, story } from '../support/case-story.ts';
import {
  askId,
  ben,
  caseId,
  DAY,
  dana,
  HOUR,
  ira,
  MINUTE,
  mo,
  SECOND,
  tara,
  teamWith,
  text,
  when,
} from '../support/domain-fixtures.ts';
import { runs } from '../support/fuzz.ts';

vi.setConfig({ testTimeout: 20_000 + runs(40_000) });

const everyone = [ben, dana, mo, ira, tara] as const;

/** One thing that happens. `which` and `who` choose among what there is at that moment. */
type Happening = { what: (typeof KINDS)[number]; who: number; other: number; which: number; ms: number };

const KINDS = [
  'promise',
  'promise',
  'keep',
  'move',
  'hand over',
  'withdraw',
  'take promise',
  'take promise',
  'take ask',
  'take case',
  'ask',
  'ask',
  'answer',
  'not mine',
  'close',
  'close',
  'reopen',
  'sign',
  'sign',
  'sign',
  'go away',
  'come back',
  'come back',
  'chat says',
  'chat says',
  'leave',
  'join',
  'join',
  'time passes',
  'time passes',
  'time passes',
  'time passes',
  'standstill',
] as const;

const spans = [SECOND, 10 * SECOND, 31 * SECOND, 3 * MINUTE, 16 * MINUTE, HOUR, 5 * HOUR, DAY];
const anySpan = fc
  .tuple(fc.constantFrom(...spans), fc.double({ min: 0.1, max: 1, noNaN: true }))
  .map(([span, share]) => Math.ceil(span * share));
const anyHappening: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom(...KINDS),
  who: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4),
  other: fc.nat(4),
  which: fc.nat(3),
  ms: anySpan,
});
const anySetting = fc.record({
  at: fc.constantFrom(
    '2026-03-04 10:00',
    '2026-03-06 16:50',
    '2026-03-28 23:00',
    '2026-04-02 15:00',
    '2026-10-24 22:30',
    '2028-02-28 12:30',
  ),
  severity: fc.constantFrom('minor', 'normal', 'serious', 'critical'),
  deadlineMs: fc.option(anySpan),
  zone: fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu', 'America/New_York', 'Pacific/Chatham'),
  isAlone: fc.boolean(),
});

function pick<T>(all: readonly T[], n: number): T | undefined {
  return all[n % Math.max(1, all.length)];
}

const reason = text('Because');
const answers: readonly AskAnswer[] = [
  { answer: 'approved', note: '' },
  { answer: 'approved within', limit: text('100'), note: '' },
  { answer: 'another option', option: text('A credit note'), note: '' },
  { answer: 'declined', option: text('A call with Mo'), reason },
];

/** What a happening means in the case as it is; null when it means nothing there. */
function commandOf(s: Story, { what, other, which, ms }: Happening): Command | null {
  // Mostly what is still open; now and then what is over, as a stale button does.
  const isStale = which === 3;
  const promise = pick(isStale ? s.file.promises : s.file.promises.filter(isUnsettled), which);
  const ask = pick(isStale ? s.file.asks : s.file.asks.filter(({ status }) => status === 'open'), which);
  const to = pick(everyone, other) ?? ben;
  switch (what) {
    case 'promise':
      return {
        do: 'promise',
        terms: {
          id: s.newPromiseId(),
          ownerId: to,
          action: text('Call'),
          contactBy: to,
          contactTo: '',
          followUpAt: s.now + ms,
        },
      };
    case 'keep':
      return promise ? { do: 'keep', promiseId: promise.id, proof: reason } : null;
    case 'move': {
      const next = { id: s.newPromiseId(), followUpAt: s.now + ms, reason, customerTold: which % 2 === 0 };
      return promise ? { do: 'move', promiseId: promise.id, to: next } : null;
    }
    case 'hand over':
      return promise ? { do: 'hand over', promiseId: promise.id, to } : null;
    case 'withdraw':
      return promise ? { do: 'withdraw', promiseId: promise.id, reason } : null;
    case 'take promise':
      return promise ? { do: 'take', matter: { kind: 'promise', promiseId: promise.id } } : null;
    case 'take ask':
      return ask ? { do: 'take', matter: { kind: 'ask', askId: ask.id } } : null;
    case 'take case':
      return { do: 'take', matter: { kind: 'case', caseId } };
    case 'ask':
      return {
        do: 'ask',
        terms: {
          id: askId(s.file.asks.length + 1),
          promiseId: promise?.id ?? null,
          need: text('A refund'),
          money: [null, 50, 600, 9_000][which] ?? null,
          days: null,
          by: s.now + ms,
          options: '',
          recommendation: '',
        },
      };
    case 'answer': {
      const answer = pick(answers, other);
      return ask && answer ? { do: 'answer', askId: ask.id, answer } : null;
    }
    case 'not mine':
      return ask ? { do: 'not mine', askId: ask.id } : null;
    case 'close':
      return {
        do: 'close',
        solved: reason,
        holdId: s.newPromiseId(),
        holdAt: s.now + ms,
        holdAction: text('Ask whether it held'),
      };
    case 'reopen':
      return { do: 'reopen', reason };
    case 'sign':
      return { do: 'sign' };
    default:
      return null;
  }
}

function happen(s: Story, happening: Happening): void {
  const { what, ms } = happening;
  const owner = s.file.case.ownerId ?? ben;
  const who: MemberId = what === 'sign' ? owner : (pick(everyone, happening.who) ?? ben);
  switch (what) {
    case 'time passes':
      return s.passes(ms);
    case 'standstill':
      return s.standsStillFor(ms);
    case 'go away':
      s.changes(who, { absence: { from: s.now, until: happening.which === 0 ? null : s.now + ms } });
      return s.does(who, { do: 'wake' });
    case 'come back':
      s.changes(who, { absence: null });
      return s.does(null, { do: 'wake' });
    case 'chat says': {
      const span = { from: s.now, until: happening.other === 0 ? null : s.now + ms };
      const chat = { away: happening.which === 1 ? span : null, paused: happening.which === 2 ? span : null };
      s.changes(who, { chat });
      return s.does(null, { do: 'wake' });
    }
    case 'leave':
      s.changes(who, { active: false });
      return s.does(null, { do: 'wake' });
    case 'join':
      s.changes(who, { active: true });
      return s.does(null, { do: 'wake' });
    default: {
      const command = commandOf(s, happening);
      const before = s.file;
      if (command !== null && s.tries(who, command) !== null) {
        expect(s.file).toBe(before);
      }
    }
  }
}

test('whatever happens to a case, what must always hold does', () => {
  fc.assert(
    fc.property(
      anySetting,
      fc.array(anyHappening, { minLength: 5, maxLength: 50, size: 'max' }),
      ({ at, severity, deadlineMs, zone, isAlone }, happenings) => {
        const closedDays = ['2026-03-05', '2026-04-03', '2026-04-06'];
        const without = isAlone ? [mo, ira, tara] : [];
        const team = teamWith({ ben: { zone } }, { closedDays });
        const deadline = deadlineMs === null ? null : { at: when(at) + deadlineMs, reason: 'board meeting' };
        // Every decision is held against the invariants in the story itself.
        const s = story({ at, team, terms: { severity, deadline } });
        for (const id of without) {
          s.changes(id, { active: false });
        }
        for (const happening of happenings) {
          happen(s, happening);
        }
        s.passes(2 * HOUR);
        const stored = <T>(schema: { parse(value: unknown): T }, value: T) =>
          expect(schema.parse(JSON.parse(JSON.stringify(value)))).toEqual(value);
        stored(CareCase, s.file.case);
        s.file.promises.forEach((promise) => stored(CarePromise, promise));
        s.file.asks.forEach((ask) => stored(Ask, ask));
        s.events.forEach((event) => stored(TimelineEvent, event));
      },
    ),
    { numRuns: runs(2_000) },
  );
});
