import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { defineConfig } from 'vite';

/** Leaves a compressed copy of each larger file beside it, which the API sends to whoever takes it. */
const compressed = {
  name: 'compressed',
  apply: 'build',
  async writeBundle({ dir }, bundle) {
    for (const file of Object.keys(bundle)) {
      const bytes = await readFile(join(dir, file));
      if (bytes.length < 1024) continue;
      await writeFile(join(dir, `${file}.br`), await promisify(brotliCompress)(bytes));
      await writeFile(join(dir, `${file}.gz`), await promisify(gzip)(bytes, { level: 9 }));
    }
  },
};

export default defineConfig({
  plugins: [compressed],
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
