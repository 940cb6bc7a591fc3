import { defineConfig } from 'vitest/config';

/** Projects run one after the other, in this order; those with real clocks or a browser one file at a time. */
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

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', 0),
      project('integration', 1, { testTimeout: 60_000 }),
      project('chaos', 2, { testTimeout: 300_000, fileParallelism: false, maxWorkers: 1 }),
      project('browser', 3, { testTimeout: 300_000, fileParallelism: false, maxWorkers: 1 }),
    ],
  },
});
