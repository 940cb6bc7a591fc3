import { defineConfig } from 'vitest/config';

/** Projects run in groups, one group after the other, in this order. */
const project = (name: string, order: number, more: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    sequence: { groupOrder: order },
    ...more,
  },
});

/** What measures, or runs a fleet of its own, has the machine to itself. */
const ALONE = ['test/chaos/slack-load.test.ts'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', 0),
      project('integration', 1, { testTimeout: 60_000 }),
      // Stories in real time mostly wait, so two go side by side.
      project('chaos', 2, { testTimeout: 300_000, exclude: ALONE }),
      project('browser', 2, { testTimeout: 300_000 }),
      project('alone', 3, { testTimeout: 600_000, include: ALONE, fileParallelism: false, maxWorkers: 1 }),
    ],
  },
});
