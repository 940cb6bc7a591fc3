import { DatabaseError } from 'pg';

/** Data exceptions and violated constraints: the fault of a row, and of no other. */
const FAULT_OF_A_ROW = /^2[23]/u;

/**
 * Gathers calls while one is in flight and makes them as one when it has ended, `mostAtOnce` at most; so a slow
 * database makes batches larger and nobody wait for more than two. `run` answers in the order of what it gets.
 */
export function batched<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly Answer[]>,
  mostAtOnce: number,
): { add: (item: Item) => Promise<Answer>; settled: () => Promise<void> } {
  type Call = { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void };
  let waiting: Call[] = [];
  let draining: Promise<void> | null = null;

  async function runAll(calls: readonly Call[]): Promise<void> {
    try {
      const answers = await run(calls.map(({ item }) => item));
      calls.forEach(({ resolve, reject }, at) => {
        const answer = answers[at];
        if (answer === undefined) reject(new Error('A batch left a call without its answer'));
        else resolve(answer);
      });
    } catch (error) {
      const isOnesFault = error instanceof DatabaseError && FAULT_OF_A_ROW.test(error.code ?? '');
      if (isOnesFault && calls.length > 1) {
        // One that can't be written must not take the others with it.
        for (const call of calls) await runAll([call]);
      } else {
        for (const { reject } of calls) reject(error);
      }
    }
  }

  async function drain(): Promise<void> {
    // What is called for in the same moment goes along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const now = waiting.slice(0, mostAtOnce);
      waiting = waiting.slice(mostAtOnce);
      await runAll(now);
    }
    draining = null;
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        draining ??= drain();
      }),
    settled: async () => {
      await draining;
    },
  };
}
