import type { Shown } from './arrival.ts';
import type { ByPerson, Told } from './told.ts';

/** Clicks of one button by one person that are closer than that are one. */
const WITHIN_MS = 1_000;
/** For so long what comes twice is answered as it was the first time. */
const REMEMBERED_MS = 60_000;
const MOST = 5_000;

/** What came first: whether it was taken, and what was answered. */
export type Before = { taken: Promise<boolean>; shown: Promise<Shown | null> };

type First = {
  key: string;
  at: number;
  before: Before;
  take: (isTaken: boolean) => void;
  settle: (shown: Shown | null) => void;
};

/**
 * What comes twice in this process. A press's key has the second that it falls into, which the inbox knows in every
 * process; two clicks on both sides of its end are found here.
 */
export function createRepeats() {
  const firsts = new Map<string, First>();

  return {
    /** What came the first time; null for what is new, and is remembered from now on. */
    first: (told: Told): Before | null => {
      const button = nameOf(told);
      const before = firsts.get(button);
      const now = performance.now();
      if (before !== undefined && (before.key === told.key || now - before.at < WITHIN_MS)) {
        return before.before;
      }
      if (firsts.size >= MOST) {
        firsts.clear();
      }
      let take: First['take'] = () => {};
      const taken = new Promise<boolean>((resolve) => {
        take = resolve;
      });
      let settle: First['settle'] = () => {};
      const shown = new Promise<Shown | null>((resolve) => {
        settle = resolve;
      });
      const first = { key: told.key, at: now, before: { taken, shown }, take, settle };
      firsts.set(button, first);
      setTimeout(() => firsts.get(button) === first && firsts.delete(button), REMEMBERED_MS).unref();
      return null;
    },
    /** It is written down. */
    taken: (told: Told): void => firsts.get(nameOf(told))?.take(true),
    /** What the first one was answered; null where nothing was. */
    answered: (told: Told, shown: Shown | null): void => firsts.get(nameOf(told))?.settle(shown),
    /** It wasn't taken: the next one is as good. */
    forget: (told: Told): void => {
      const button = nameOf(told);
      firsts.get(button)?.take(false);
      firsts.delete(button);
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
