import type { Shown } from './arrival.ts';
import type { ByPerson, Told } from './told.ts';

/** Clicks of one button by one person that are closer than that are one. */
const WITHIN_MS = 1_000;
/** For so long what comes twice is answered as it was the first time. */
const REMEMBERED_MS = 60_000;
const MOST = 5_000;

type First = { key: string; at: number; shown: Promise<Shown | null>; settle: (shown: Shown | null) => void };

/**
 * What comes twice in this process. A press's key has the second that it falls into, which the inbox knows in every
 * process; two clicks on both sides of its end are found here.
 */
export function createRepeats() {
  const firsts = new Map<string, First>();

  return {
    /** What was answered the first time, once it is; null for what is new, and is remembered from now on. */
    first: (told: Told): Promise<Shown | null> | null => {
      const button = nameOf(told);
      const before = firsts.get(button);
      const now = performance.now();
      if (before !== undefined && (before.key === told.key || now - before.at < WITHIN_MS)) {
        return before.shown;
      }
      if (firsts.size >= MOST) {
        firsts.clear();
      }
      let settle: First['settle'] = () => {};
      const shown = new Promise<Shown | null>((resolve) => {
        settle = resolve;
      });
      const first = { key: told.key, at: now, shown, settle };
      firsts.set(button, first);
      setTimeout(() => firsts.get(button) === first && firsts.delete(button), REMEMBERED_MS).unref();
      return null;
    },
    /** What the first one was answered; null where nothing was. */
    answered: (told: Told, shown: Shown | null): void => firsts.get(nameOf(told))?.settle(shown),
    /** It wasn't taken: the next one is as good. */
    forget: (told: Told): void => {
      const button = nameOf(told);
      firsts.get(button)?.settle(null);
      firsts.delete(button);
    },
  };
}

/** A press without the second it was made in. */
function nameOf(told: Told): string {
  return isTimed(told) ? told.key.slice(0, told.key.lastIndexOf('/')) : told.key;
}

function isTimed(told: Told): told is Extract<ByPerson, { kind: 'press' }> {
  return told.kind === 'press' && told.key.startsWith('press/');
}
