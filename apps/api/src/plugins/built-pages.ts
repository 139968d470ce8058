import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

/** Pages and what belongs to them come from here and nowhere else, and no other site may frame them. */
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

/** Pages that the build of a package of ours has made. */
export interface BuiltPages {
  /** With `index.html` in it, once it was built. */
  readonly folder: string;
  /** What people call it, as in `the dashboard`. */
  readonly name: string;
  /** Where it is served. */
  readonly address: string;
  readonly packageName: string;
}

/** Whether the pages were built. An API without them starts all the same, and says in its log how to build them. */
export function wereBuilt({ folder, name, address, packageName }: BuiltPages, { log }: FastifyInstance): boolean {
  if (existsSync(join(folder, 'index.html'))) return true;
  log.warn({ folder }, `${name} was not built, ${address} answers 404. Build it with: npx nx build ${packageName}`);
  return false;
}

/**
 * Sends the policy with every answer of `pages`.
 *
 * @param cacheControl How long the answer to an address may be kept.
 */
export function protectPages(pages: FastifyInstance, cacheControl: (url: string) => string): void {
  pages.addHook('onSend', (request, reply, _payload, done) => {
    reply.header('content-security-policy', contentSecurityPolicy).header('cache-control', cacheControl(request.url));
    done();
  });
}
