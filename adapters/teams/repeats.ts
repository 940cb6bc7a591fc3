import type { Shown } from './arrival.ts';
import type { ByPerson, Told } from './told.ts';

/** Clicks of one button by one person that are closer than that are one. */
const WITHIN_MS = 1_000;
/** For so long what comes twice is answered as it was the first time. */
const REMEMBERED_MS = 60_000;
const MOST = 5_000;

/** What came first: whether it was taken, and what was answered; null where nothing was. */
export type Before = { taken: Promise<boolean>; shown: Promise<Shown | null> };

/** What comes for the first time, and what becomes of it. */
export type First = {
  taken: () => void;
  answered: (shown: Shown | null) => void;
  /** It wasn't taken: the next one is as good. */
  forget: () => void;
};

type Known = Before & { key: string; at: number; settle: (isTaken: boolean, shown?: Shown | null) => void };

/**
 * What comes twice in this process. A press's key has the second that it falls into, which the inbox knows in every
 * process; two clicks on both sides of its end are found here.
 */
export function createRepeats() {
  const known = new Map<string, Known>();

  return {
    /** What came before this; or that it is new, and is remembered from now on. */
    meet: (told: Told): { before: Before } | { first: First } => {
      const button = nameOf(told);
      const before = known.get(button);
      const now = performance.now();
      if (before !== undefined && (before.key === told.key || now - before.at < WITHIN_MS)) {
        return { before };
      }
      if (known.size >= MOST) {
        for (const one of known.values()) {
          one.settle(true, null);
        }
        known.clear();
      }
      const one = newKnown(told.key, now);
      known.set(button, one);
      const forget = () => known.get(button) === one && known.delete(button);
      setTimeout(forget, REMEMBERED_MS).unref();
      return {
        first: {
          taken: () => one.settle(true),
          answered: (shown) => one.settle(true, shown),
          forget: () => {
            forget();
            one.settle(false, null);
          },
        },
      };
    },
  };
}

function newKnown(key: string, at: number): Known {
  let take: (isTaken: boolean) => void = () => {};
  let show: (shown: Shown | null) => void = () => {};
  const taken = new Promise<boolean>((resolve) => {
    take = resolve;
  });
  const shown = new Promise<Shown | null>((resolve) => {
    show = resolve;
  });
  return {
    key,
    at,
    taken,
    shown,
    settle: (isTaken, what) => {
      take(isTaken);
      if (what !== undefined) {
        show(what);
      }
    },
  };
}

/** Whose it is, and what: of a press without the second it was made in. */
function nameOf(told: Told): string {
  const { key, tenantId } = told;
  return `${tenantId}/${isTimed(told) ? key.slice(0, key.lastIndexOf('/')) : key}`;
}

function isTimed(told: Told): told is Extract<ByPerson, { kind: 'press' }> {
  return told.kind === 'press' && told.key.startsWith('press/');
}
