import type { Client } from '@rondel/client';
import { RondelError } from '@rondel/contracts';

const wholePattern = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const partPattern = /^[0-9A-HJKMNP-TV-Z]{4,25}$/;
/** Ids of so many are named where several begin alike. */
const mostNamed = 5;

interface Page {
  readonly ids: readonly string[];
  readonly cursor?: string | undefined;
}

type ReadPage = (cursor: string | undefined) => Promise<Page>;

/** The id of a job that somebody has typed in full or as its beginning. Throws `NOT_FOUND`, and `INVALID_REQUEST` where several begin so. */
export function jobIdOf(text: string, client: Client, signal: AbortSignal): Promise<string> {
  return wholeId(text, 'job', async (cursor) => {
    const page = await client.jobs({ q: text, limit: 500, cursor, signal });
    return { ids: page.jobs.map(({ id }) => id), cursor: page.cursor };
  });
}

/** As `jobIdOf`, of a sweep. */
export function sweepIdOf(text: string, client: Client, signal: AbortSignal): Promise<string> {
  return wholeId(text, 'sweep', async (cursor) => {
    const page = await client.sweeps({ limit: 100, cursor, signal });
    return { ids: page.sweeps.map(({ id }) => id), cursor: page.cursor };
  });
}

/** As `jobIdOf`, of a plan session. */
export function sessionIdOf(text: string, client: Client, signal: AbortSignal): Promise<string> {
  return wholeId(text, 'session', async (cursor) => {
    const page = await client.sessions({ limit: 100, cursor, signal });
    return { ids: page.sessions.map(({ id }) => id), cursor: page.cursor };
  });
}

async function wholeId(typed: string, what: string, read: ReadPage): Promise<string> {
  const text = typed.trim().toUpperCase();
  if (wholePattern.test(text)) return text;
  if (!partPattern.test(text)) {
    throw new RondelError(
      'INVALID_REQUEST',
      `"${typed.slice(0, 100)}" is no id of a ${what}: write its 26 letters and digits, or at least 4 with which no other begins.`,
    );
  }
  const found = await idsFrom(text, read);
  const [id, ...others] = found;
  if (id === undefined) throw new RondelError('NOT_FOUND', `There is no ${what} whose id begins with ${text}.`);
  if (others.length === 0) return id;
  const named = found.slice(0, mostNamed).join(', ');
  throw new RondelError(
    'INVALID_REQUEST',
    `The ids of ${found.length} ${what}s begin with ${text}: ${named}${found.length > mostNamed ? ', ...' : ''}. Write more of it.`,
  );
}

async function idsFrom(text: string, read: ReadPage): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    found.push(...page.ids.filter((id) => id.startsWith(text)));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}
