import { expect, test } from 'vitest';
import { RiskReason } from '../../src/domain/care-promise.ts';
import { Policy } from '../../src/domain/policy.ts';
import { Say } from '../../src/domain/say.ts';
import { Happening } from '../../src/domain/timeline.ts';
import { DAY, HOUR, tara, teamWith } from '../support/domain-fixtures.ts';
import { search, type World } from '../support/domain-model.ts';

/** How many states each world is searched to. More by KEPT_TEST_MODEL_STATES: 100,000 take some minutes. */
const STATES = Number(process.env['KEPT_TEST_MODEL_STATES'] ?? 1_000);

const policy = Policy.parse({});
const worlds: Record<string, World> = {
  'by day, the whole ladder': {
    team: teamWith(),
    policy,
    at: '2026-03-04 10:00',
    severity: 'normal',
    deadlineMs: 5 * HOUR,
  },
  'around the clock, at night': {
    team: teamWith(),
    policy,
    at: '2026-03-06 23:30',
    severity: 'critical',
    deadlineMs: HOUR,
  },
  'a ladder with a gap, before a weekend': {
    team: teamWith({ dana: { active: false }, mo: { absence: { from: 0, until: null } } }),
    policy,
    at: '2026-03-06 16:30',
    severity: 'serious',
    deadlineMs: DAY,
  },
  'nobody above, and another pace': {
    team: teamWith({ ben: { leadId: null } }, { without: [tara] }),
    policy: Policy.parse({
      clockBelowMs: 60_000,
      halfway: { share: 0.3, minWindowMs: 60_000 },
      climb: { share: 0.5, reserveShare: 0.2, minMs: 60_000, afterMs: 120_000, againMs: 600_000 },
      waiting: { againMs: 60_000, channelMs: 120_000, ladderMs: 180_000 },
    }),
    at: '2026-03-04 16:50',
    severity: 'normal',
    deadlineMs: 2 * HOUR,
  },
};

const seen = new Map<string, number>();

test.each(Object.entries(worlds))(
  'no state that can be reached is silent or wrong: %s',
  { timeout: 1_200_000 },
  (name, world) => {
    const found = search(world, STATES);
    for (const [kind, times] of found.seen) seen.set(kind, (seen.get(kind) ?? 0) + times);
    if (process.env['KEPT_TEST_MODEL_STATES']) {
      const { states, moves, longest } = found;
      console.info(name, { states, moves, ...longest });
    }
    expect(found.faults).toEqual([]);
    expect(found.moves).toBeGreaterThan(found.states);
  },
);

test('and the search came by every command, word, event, state and reason there is', () => {
  const kinds = [
    ...'open promise keep move withdraw take ask answer close reopen sign wake'
      .split(' ')
      .map((one) => `command: ${one}`),
    'command: hand over',
    'command: not mine',
    // Told by the auditor, of no decision's making.
    ...Say.options.flatMap(({ shape }) =>
      shape.what.value === 'audit found' ? [] : [`say: ${shape.what.value}`],
    ),
    ...Happening.options.map(({ shape }) => `event: ${shape.kind.value}`),
    ...['open', 'closed'].map((one) => `case: ${one}`),
    ...['opened', 'kept', 'taken', 'withdrawn', 'reopened'].map((one) => `waiting: ${one}`),
    ...['live', 'kept', 'moved', 'broken', 'withdrawn'].map((one) => `promise: ${one}`),
    ...['kept late', 'moved', 'taken', 'withdrawn'].map((one) => `settled: ${one}`),
    ...RiskReason.options.map((one) => `risk: ${one}`),
    ...['open', 'decided', 'withdrawn'].map((one) => `ask: ${one}`),
    ...['approved', 'declined'].map((one) => `answer: ${one}`),
    ...['calling', 'nobody', 'taken'].map((one) => `climb: ${one}`),
    'rejection: promise is over',
    'rejection: already taken',
    'rejection: promise still stands',
    'rejection: owner has left',
  ];

  expect(kinds.filter((kind) => !seen.has(kind))).toEqual([]);
});
