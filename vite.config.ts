import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the console's pages. The server sends them with a strict policy: nothing inline, no data: URLs. */
export default defineConfig({
  root: 'adapters/web/client',
  plugins: [react()],
  build: {
    outDir: '../../../dist/client',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
