import type { Recording } from './recording.ts';

/** What a process that was killed held is taken over after its lease of 30 s, and a sweep of 5 s. */
export const AFTERMATH_MS = 35_000;
/** The latest that something may be when nothing was broken: a sweep, and a moment to send it. */
export const CALM_BAR_MS = 5_500;
/** The latest after a fault was healed: a lease, a sweep, what a fleet that starts anew needs, and a last wait between tries. */
export const HEALED_BAR_MS = 75_000;

/** The fault that nobody makes: a machine with far more to do than it has processors. */
export const STRAIN = 'machine strained';

export type Disturbances = ReturnType<typeof disturbances>;

/** Strain breaks nothing: what waited goes on at once. */
function aftermathOf(name: string): number {
  return name === STRAIN ? CALM_BAR_MS : AFTERMATH_MS;
}

/** When something was broken, and what may be expected then. */
export function disturbances(faults: Recording['faults']) {
  const during = (from: number, to: number) =>
    faults.filter(({ name, begin, end }) => begin <= to && end + aftermathOf(name) >= from);
  return {
    during,
    isDisturbed: (from: number, to: number) => during(from, to).length > 0,
    /** By when what was due then must have happened. */
    latestFor: (dueAt: number): number => {
      let latest = dueAt + CALM_BAR_MS;
      // Faults follow each other: whatever begins before the last has passed puts it off again.
      for (const { name, begin, end } of faults.toSorted((a, b) => a.begin - b.begin)) {
        // A machine that is slow all the time puts nothing off for ever.
        if (name === STRAIN && begin <= latest && end + aftermathOf(name) >= dueAt) {
          latest = Math.max(latest, dueAt + HEALED_BAR_MS);
        } else if (begin <= latest && end + AFTERMATH_MS >= dueAt)
          latest = Math.max(latest, end + HEALED_BAR_MS);
      }
      return latest;
    },
  };
}
