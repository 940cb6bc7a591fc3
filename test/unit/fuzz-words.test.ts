import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { heard } from '../../adapters/web/heard.ts';
import { setupErrors, TeamSetup } from '../../adapters/web/team-setup.ts';
import { IntentRequest, SayRequest, SetupRequest } from '../../adapters/web/wire.ts';
import { actsAtOnce, opensForm } from '../../src/conversation/commands.ts';
import { readAmount } from '../../src/domain/amount.ts';
import { Typed } from '../../src/domain/ids.ts';
import { readTime } from '../../src/domain/plain-time.ts';
import { checkTone } from '../../src/domain/tone.ts';
import { anyJson, holds, mutated, oddText, runs } from '../support/fuzz.ts';

// Seconds where nothing else runs; `KEPT_FUZZ_RUNS` may make it many times as long.
vi.setConfig({ testTimeout: 60_000 + runs(300_000) });

const NOW = Date.parse('2026-03-04T09:00:30.123Z');
const TWO_YEARS = 2 * 366 * 24 * 3_600_000;
/** Nobody notices, and 4 processes answer 100 such forms a second. */
const SOON_MS = 100;

const WORDS =
  'in at by on until before after the next this last tomorrow today tonight yesterday monday tue friday noon midnight eod eow morning evening 3pm 3:30 15:00 25:99 12am 1 2 31 99 1e9 -1 0 half quarter hour hours min minutes days weeks month year working business first of dec feb 2026 2026-12-01 2024-02-30 t z utc +02:00 utc+99 or and to - – , . now ago from no later than at the latest end week half past'.split(
    ' ',
  );
const phrase = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...WORDS) }, { weight: 1, arbitrary: oddText }),
  {
    maxLength: 9,
  },
);
const sentence = fc.oneof(
  { weight: 8, arbitrary: phrase.map((parts) => parts.join(' ')) },
  { weight: 2, arbitrary: phrase.map((parts) => parts.join('')) },
  { weight: 2, arbitrary: oddText },
);

/** How long it takes at its quickest: a busy machine makes everything slow now and then. */
function quickest(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 4 && best > SOON_MS; tries += 1) {
    const begun = performance.now();
    work();
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

describe('whatever people type', () => {
  it('as a time: no throw, no hang, and never a time that is over', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'UTC',
    );
    // Also at the hours that the clocks are put forward and back.
    const moments = fc.oneof(
      fc.constantFrom(NOW, Date.parse('2026-03-29T00:59:59Z'), Date.parse('2026-10-25T00:30:00Z')),
      fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
    );
    holds(fc.tuple(sentence, zones, moments), 100_000, ([text, zone, now]) => {
      const reading = readTime(text, now, zone);
      const times = reading.ok ? [reading.at] : reading.choices;
      for (const at of times) {
        expect(at).toBeGreaterThan(now);
        expect(at).toBeLessThanOrEqual(now + TWO_YEARS);
      }
    });
    holds(sentence, 300, (text) => {
      const long = text.repeat(Math.ceil(10_000 / Math.max(1, text.length)));
      expect(quickest(() => readTime(long, NOW, 'UTC'))).toBeLessThan(SOON_MS);
      expect(quickest(() => readTime(long.slice(0, 200), NOW, 'UTC'))).toBeLessThan(SOON_MS);
    });
  });

  it('as an amount: a number of cents at most, or none', () => {
    const amounts = fc.oneof(
      oddText,
      fc
        .array(fc.constantFrom('1', '0', '9', ',', '.', ' ', "'", '’', '€', '$', '-', 'e', '٣', '\0'), {
          maxLength: 24,
        })
        .map((parts) => parts.join('')),
    );
    holds(amounts, 100_000, (text) => {
      const amount = readAmount(text);
      if (amount === null) return;
      expect(amount).toBeGreaterThanOrEqual(0);
      expect(amount).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
    });
    expect(quickest(() => readAmount(`1${" '".repeat(20_000)}x`))).toBeLessThan(SOON_MS);
  });

  it('after /care, in a chat and to a customer: read, or taken as it is', () => {
    const COMMANDS =
      'mine risk at list board show #12 away until back home policy team help care /care @Kept hi thanks'.split(
        ' ',
      );
    const said = fc.oneof(
      sentence,
      fc
        .array(fc.oneof(fc.constantFrom(...COMMANDS), oddText), { maxLength: 6 })
        .map((parts) => parts.join(' ')),
    );
    holds(said, 100_000, (text) => {
      const typed = Typed.parse(text);
      expect(typed).not.toContain('\0');
      expect(opensForm(typed) && actsAtOnce(typed)).toBe(false);
      for (const dm of [true, false]) heard(typed, { dm, caseThread: !dm });
      checkTone(typed.slice(0, 300));
    });
    for (const text of ['a '.repeat(20_000), ' '.repeat(40_000), 'show '.repeat(8_000), '!'.repeat(40_000)]) {
      expect(quickest(() => opensForm(text))).toBeLessThan(SOON_MS);
      expect(quickest(() => heard(text, { dm: false, caseThread: true }))).toBeLessThan(SOON_MS);
      expect(quickest(() => checkTone(text))).toBeLessThan(SOON_MS);
    }
  });
});

describe('whatever is sent to the console', () => {
  const nonce = '10000000-0000-4000-8000-000000000001';
  const subject = { caseId: nonce, promiseId: null, askId: null };
  const place = { connection: 'console', channel: 'care' };
  const filled = {
    form: 'open',
    nonce,
    subject,
    place,
    source: null,
    values: { customer: 'new:Acme', title: 'x' },
  };
  const bodies = [
    { intent: { kind: 'command', text: 'help', place } },
    { intent: { kind: 'open from message', text: 'x', link: null, place } },
    { intent: { kind: 'press', action: 'promise', subject, place } },
    { intent: { kind: 'submit', ...filled } },
    { intent: { kind: 'preview', ...filled } },
    { intent: { kind: 'said', caseId: nonce, text: 'x' } },
    { room: 'care', threadId: null, text: 'x', nonce },
    {
      kind: 'own',
      team: {
        name: 'Team',
        zone: 'Europe/Berlin',
        country: 'DE',
        region: null,
        currency: 'EUR',
        members: [
          {
            key: 'a',
            name: 'Ada',
            title: '',
            zone: 'UTC',
            lead: 'a',
            mayDecide: { kind: 'up to', money: 5 },
          },
        ],
      },
    },
  ];

  it('it is read, or refused', () => {
    holds(
      fc.oneof({ weight: 4, arbitrary: mutated(bodies) }, { weight: 1, arbitrary: anyJson }),
      100_000,
      (body) => {
        IntentRequest.safeParse(body);
        SayRequest.safeParse(body);
        const setup = SetupRequest.safeParse(body);
        const team = setup.success && setup.data.kind === 'own' ? TeamSetup.safeParse(setup.data.team) : null;
        if (team?.success === false) expect(setupErrors(team.error).length).toBeGreaterThan(0);
      },
    );
  });
});
