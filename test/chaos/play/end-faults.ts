import type { Fault } from '../rig/fault.ts';
import type { Random } from '../rig/random.ts';

/** What an end does for as long as the fault lasts. */
export const ALWAYS = { times: Number.POSITIVE_INFINITY };

/** Makes faults of an end out of what its fake can be made to do; `plant` gives how to take it back. */
export function endFaults<What>(end: 'slack' | 'teams', plant: (what: What) => () => void) {
  return (name: string, weight: number, make: (random: Random) => { detail: string; what: What }): Fault => ({
    name: `${end} ${name}`,
    weight,
    mostMs: 8_000,
    group: `${end} end`,
    begin: (random) => {
      const { detail, what } = make(random);
      const takeBack = plant(what);
      return Promise.resolve({ detail, heal: () => Promise.resolve(takeBack()) });
    },
  });
}

/** Of all calls so large a share, by a chance of their own. */
export function often(random: Random, probability: number): () => boolean {
  const source = random.fork('each call');
  return () => source.chance(probability);
}
