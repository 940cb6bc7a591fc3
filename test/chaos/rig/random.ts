/** Decisions by seed: the same seed gives the same ones, on every machine. */
export type Random = {
  seed: number;
  /** From 0 up to, not including, 1. */
  next: () => number;
  /** A whole number from `least` to `most`, both included. */
  int: (least: number, most: number) => number;
  /** True so often, from 0 (never) to 1 (always). */
  chance: (probability: number) => boolean;
  /** One of them. Throws when there is none. */
  pick: <One>(ones: readonly One[]) => One;
  /** One of them, the heavier the more often. Throws when there is none. */
  weighted: <One extends { weight: number }>(ones: readonly One[]) => One;
  /** Another source, which depends on this one's seed and the name alone: what one asks doesn't disturb the other. */
  fork: (name: string) => Random;
};

/** Makes a source of decisions by mulberry32 (Tommy Ettinger, public domain). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    seed,
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (ones) => at(ones, int(0, ones.length - 1)),
    weighted: (ones) => {
      let left = next() * ones.reduce((sum, { weight }) => sum + weight, 0);
      return at(
        ones,
        ones.findIndex(({ weight }) => {
          left -= weight;
          return left < 0;
        }),
      );
    },
    fork: (name) => createRandom(hash(`${seed}/${name}`)),
  };
}

function at<One>(ones: readonly One[], index: number): One {
  const one = ones[index];
  if (one === undefined) throw new Error('Nothing to choose from');
  return one;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let hashed = 0x811c9dc5;
  for (const char of text) hashed = Math.imul(hashed ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hashed >>> 0;
}
