import { defineConfig } from 'vitest/config';

const project = (name: string, include: string, more: object = {}) => ({
  test: { name, include: [include], testTimeout: 20_000, hookTimeout: 60_000, ...more },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', 'test/unit/**/*.test.ts'),
      project('integration', 'test/integration/**/*.test.ts', { testTimeout: 60_000 }),
      // Real clocks, a real browser, processes that are killed: one at a time.
      project('chaos', 'test/chaos/**/*.test.ts', { testTimeout: 300_000, fileParallelism: false }),
      project('browser', 'test/browser/**/*.test.ts', { testTimeout: 300_000, fileParallelism: false }),
    ],
  },
});
