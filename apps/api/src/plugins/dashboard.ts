import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { protectPages, wereBuilt } from './built-pages.js';

const yearSeconds = 31_536_000;

/** Where the build of `@rondel/dashboard` leaves the page. */
function pageFolder(): string {
  return fileURLToPath(new URL('./dist/page/', import.meta.resolve('@rondel/dashboard/package.json')));
}

/**
 * Serves the dashboard at `/`. An API whose page was not built starts all the same: everything else works without it.
 *
 * @param folder Folder of the built page; that of `@rondel/dashboard` unless told.
 */
export async function registerDashboard(app: FastifyInstance, folder: string = pageFolder()): Promise<void> {
  if (!wereBuilt({ folder, name: 'the dashboard', address: '/', packageName: '@rondel/dashboard' }, app)) return;
  await app.register(async (page) => {
    // The names of assets hold a hash of their bytes; the page that names them must always be fresh.
    protectPages(page, (url) =>
      url.startsWith('/assets/') ? `public, max-age=${yearSeconds}, immutable` : 'no-cache',
    );
    // The build has compressed what is worth it. One route per file, so that an unknown path still answers as a problem document.
    await page.register(staticFiles, {
      root: folder,
      wildcard: false,
      decorateReply: false,
      cacheControl: false,
      preCompressed: true,
    });
  });
}
