import { defineConfig } from 'vitest/config';

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

// Where `npm run dev` finds the visualization service; the built page is served by that service itself.
const backend = process.env['DASHBOARD_BACKEND'] ?? 'http://localhost:8080';

export default defineConfig({
  build: {
    outDir: '../services/Visualization/wwwroot',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      '/api': backend,
      '/hub': { target: backend, ws: true },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.ts'],
  },
});
