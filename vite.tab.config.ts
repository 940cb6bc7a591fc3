import { defineConfig } from 'vite';

/** Builds the page of the tab in Teams. Kept sends it with a strict policy: nothing inline, no data: URLs. */
export default defineConfig({
  root: 'adapters/teams/tab',
  base: '/teams/tab/',
  build: {
    outDir: '../../../dist/teams-tab',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Microsoft's libraries for Teams and its cards come in one piece each.
    chunkSizeWarningLimit: 1_000,
  },
});
