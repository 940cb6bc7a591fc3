import type { CaseFile } from '../../../src/domain/case-file.ts';
import type { Climb } from '../../../src/domain/climb.ts';
import type { Instant } from '../../../src/domain/instant.ts';

/** How late something due at a time may be noticed, in ms. */
export type Grace = { graceAt: (dueAt: Instant) => number };

const LATE_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

/**
 * The states that a case may be in, too, when the end of a round of a ladder was noticed late. That leaves no trace but
 * that the next round begins so much later: it is tried for each climb that rests, and for all of them.
 */
export function lateRests(file: CaseFile, { graceAt }: Grace): CaseFile[] {
  const resting = climbsOf(file).filter(isResting);
  return LATE_MS.flatMap((lateMs) => {
    const may = resting.filter(({ nextAt }) => lateMs <= graceAt(nextAt));
    const groups = [...may.map((climb) => [climb]), ...(may.length > 1 ? [may] : [])];
    return groups.map((group) => shifted(file, (climb) => group.some((one) => one === climb), lateMs));
  });
}

function climbsOf({ case: careCase, promises, asks }: CaseFile): Climb[] {
  const waiting = careCase.status === 'open' ? careCase.waiting : null;
  return [waiting, ...promises, ...asks].flatMap((one) =>
    one !== null && 'climb' in one && one.climb !== null ? [one.climb] : [],
  );
}

function isResting(climb: Climb): climb is Exclude<Climb, { status: 'taken' }> {
  return climb.status !== 'taken' && climb.calls.every(({ round }) => round < climb.round);
}

function shifted(file: CaseFile, is: (climb: Climb) => boolean, lateMs: number): CaseFile {
  const later = <Some extends Climb | null>(climb: Some): Some =>
    climb !== null && climb.status !== 'taken' && is(climb)
      ? { ...climb, nextAt: climb.nextAt + lateMs }
      : climb;
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
