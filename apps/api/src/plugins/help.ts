import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { protectPages, wereBuilt } from './built-pages.js';

/** Where the build of `@rondel/docs` leaves the pages. */
function siteFolder(): string {
  return fileURLToPath(new URL('./dist/site/', import.meta.resolve('@rondel/docs/package.json')));
}

/**
 * Serves the help at `/help`. An API whose help was not built starts all the same.
 *
 * @param folder Folder of the built pages; that of `@rondel/docs` unless told.
 */
export async function registerHelp(app: FastifyInstance, folder: string = siteFolder()): Promise<void> {
  if (!wereBuilt({ folder, name: 'the help', address: '/help', packageName: '@rondel/docs' }, app)) return;
  const serve = async (help: FastifyInstance) => {
    // Pages change with the version of Rondel and keep their addresses, so browsers ask each time whether they have.
    protectPages(help, () => 'no-cache');
    await help.register(staticFiles, { root: folder, cacheControl: false, dotfiles: 'ignore' });
    help.get('/', { schema: { hide: true } }, (_request, reply) => reply.sendFile('index.html'));
    help.setNotFoundHandler((_request, reply) => reply.code(404).sendFile('404.html'));
  };
  await app.register(serve, { prefix: '/help' });
}
