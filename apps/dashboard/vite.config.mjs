import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    outDir: 'dist/page',
    // `tsc -b` keeps its declarations beside the page.
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy of the API lets no `data:` in.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // `npx vite` in this folder serves the page with hot reload in front of a running API.
  server: { proxy: { '/v1': 'http://127.0.0.1:7420', '/readyz': 'http://127.0.0.1:7420' } },
});
