import { RondelError } from '@rondel/contracts';

const base = 'http://own.invalid';

/** A path of this server, with what comes behind it. Throws `INVALID_REQUEST` for anything that leads elsewhere. */
export function ownPath(text: string): string {
  const url = /^\/(?![/\\])/.test(text) && URL.canParse(text, base) ? new URL(text, base) : undefined;
  // What `.` and `..` leave may begin with two slashes, behind which a browser takes a host.
  if (url?.origin === base && !url.pathname.startsWith('//')) return `${url.pathname}${url.search}${url.hash}`;
  throw new RondelError(
    'INVALID_REQUEST',
    `then: "${text.slice(0, 200)}" is no page of this server. Write its path, such as /#/jobs.`,
  );
}
