import { RondelError } from '@rondel/contracts';

/** What becomes of work that is not what an API has signed. */
export function warrantRefused(because: string, details: Readonly<Record<string, unknown>> = {}): RondelError {
  return new RondelError(
    'WARRANT_REFUSED',
    `The work was refused: ${because}. Somebody may have written to Redis who is no API. Submit it again, and see who can reach Redis.`,
    { details },
  );
}

/** Throws `WARRANT_REFUSED`. */
export function requireSame(what: string, found: unknown, signed: unknown): void {
  if (found !== signed) throw warrantRefused(`${what} is not what was signed`, { changed: what });
}
