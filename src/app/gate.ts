/** Lets so many work at a time; the others wait in a row. */
export type Gate = {
  /** `first`: somebody waits for it, so it goes before those for whom nobody does. */
  run<T>(work: () => Promise<T>, options?: { first?: boolean }): Promise<T>;
  free(): number;
};

/** A gate with so many places. */
export function createGate(places: number): Gate {
  let free = places;
  const rows: { first: (() => void)[]; others: (() => void)[] } = { first: [], others: [] };

  function enter(isFirst: boolean): Promise<void> {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => (isFirst ? rows.first : rows.others).push(resolve));
  }

  function leave(): void {
    const next = rows.first.shift() ?? rows.others.shift();
    if (next === undefined) {
      free += 1;
    } else {
      next();
    }
  }

  return {
    run: async (work, { first = false } = {}) => {
      await enter(first);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    free: () => free,
  };
}
