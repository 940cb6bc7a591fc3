type Options = {
  /** Somebody waits for it, so it goes before those for whom nobody does. */
  first?: boolean;
  /** Whose it is, as the id of a workspace: those who wait are let in one of each in turn. */
  whose?: string;
};

/** Lets so many work at a time; the others wait in a row, and nobody's many keep another's one waiting. */
export type Gate = {
  run<T>(work: () => Promise<T>, options?: Options): Promise<T>;
  free(): number;
};

/** A gate with so many places. */
export function createGate(places: number): Gate {
  let free = places;
  const first = createRow();
  const others = createRow();

  function enter({ first: isFirst = false, whose = '' }: Options): Promise<void> {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => (isFirst ? first : others).push(whose, resolve));
  }

  function leave(): void {
    const next = first.shift() ?? others.shift();
    if (next === undefined) {
      free += 1;
    } else {
      next();
    }
  }

  return {
    run: async (work, options = {}) => {
      await enter(options);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    free: () => free,
  };
}

/** One of each in turn, and of one's own the oldest. A map keeps the order in which its keys came. */
function createRow() {
  const waiting = new Map<string, (() => void)[]>();
  return {
    push: (whose: string, go: () => void): void => {
      const own = waiting.get(whose);
      if (own === undefined) {
        waiting.set(whose, [go]);
      } else {
        own.push(go);
      }
    },
    shift: (): (() => void) | undefined => {
      for (const [whose, own] of waiting) {
        const go = own.shift();
        waiting.delete(whose);
        if (own.length > 0) {
          waiting.set(whose, own);
        }
        return go;
      }
      return undefined;
    },
  };
}
