import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The page and what belongs to it come from here and nowhere else, and no other site may frame it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

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
  if (!existsSync(`${folder}/index.html`)) {
    app.log.warn(
      { folder },
      'the dashboard was not built, / answers 404. Build it with: npx nx build @rondel/dashboard',
    );
    return;
  }
  await app.register(async (page) => {
    page.addHook('onSend', async (request, reply) => {
      // The names of assets hold a hash of their bytes; the page that names them must always be fresh.
      const lasting = request.url.startsWith('/assets/');
      reply
        .header('content-security-policy', contentSecurityPolicy)
        .header('cache-control', lasting ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
    });
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
