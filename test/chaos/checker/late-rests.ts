import type { CaseFile } from '../../../src/domain/case-file.ts';
import type { Climb } from '../../../src/domain/climb.ts';
import type { Instant } from '../../../src/domain/instant.ts';
import type { Policy } from '../../../src/domain/policy.ts';

/** How late something due at a time may be noticed, in ms. */
export type Grace = { graceAt: (dueAt: Instant) => number };

const LATE_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

/**
 * The states that a case may be in, too, when the end of a round of a ladder was noticed late, or sooner than was taken
 * for granted while something else was due. That leaves no trace but that the next round begins so much later or sooner,
 * and never sooner than by the plan: it is tried for each climb that rests, and for all of them.
 */
export function lateRests(file: CaseFile, { graceAt, policy }: Grace & { policy: Policy }): CaseFile[] {
  const resting = climbsOf(file).filter(isResting);
  const inGroups = (may: readonly Resting[], nextAt: (climb: Resting) => Instant) =>
    [...may.map((climb) => [climb]), ...(may.length > 1 ? [may] : [])].map((group) =>
      shifted(file, (climb) => group.some((one) => one === climb), nextAt),
    );
  const inTime = (climb: Resting) =>
    Math.max(...climb.calls.map(({ until }) => until)) + policy.climb.againMs;
  const early = resting.filter((climb) => {
    const by = climb.nextAt - inTime(climb);
    // Outside of working hours the rest is longer, and nothing was noticed late.
    return climb.calls.length > 0 && by > 0 && by <= graceAt(inTime(climb));
  });
  return [
    ...inGroups(early, inTime),
    ...LATE_MS.flatMap((lateMs) =>
      inGroups(
        resting.filter(({ nextAt }) => lateMs <= graceAt(nextAt)),
        ({ nextAt }) => nextAt + lateMs,
      ),
    ),
  ];
}

function climbsOf({ case: careCase, promises, asks }: CaseFile): Climb[] {
  const waiting = careCase.status === 'open' ? careCase.waiting : null;
  return [waiting, ...promises, ...asks].flatMap((one) =>
    one !== null && 'climb' in one && one.climb !== null ? [one.climb] : [],
  );
}

type Resting = Exclude<Climb, { status: 'taken' }>;

function isResting(climb: Climb): climb is Resting {
  return climb.status !== 'taken' && climb.calls.every(({ round }) => round < climb.round);
}

function shifted(
  file: CaseFile,
  is: (climb: Climb) => boolean,
  nextAt: (climb: Resting) => Instant,
): CaseFile {
  const later = <Some extends Climb | null>(climb: Some): Some =>
    climb !== null && climb.status !== 'taken' && is(climb) ? { ...climb, nextAt: nextAt(climb) } : climb;
  const { case: careCase } = file;
  return {
    case:
      careCase.status === 'open' && careCase.waiting !== null
        ? { ...careCase, waiting: { ...careCase.waiting, climb: later(careCase.waiting.climb) } }
        : careCase,
    promises: file.promises.map((one) => {
      if (one.status === 'live') return { ...one, climb: later(one.climb) };
      return one.status === 'broken' ? { ...one, climb: later(one.climb) } : one;
    }),
    asks: file.asks.map((one) => (one.status === 'open' ? { ...one, climb: later(one.climb) } : one)),
  };
}
