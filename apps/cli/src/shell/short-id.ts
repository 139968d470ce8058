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

/** As `jobIdOf`, of a warm algorithm. */
export function algorithmIdOf(text: string, client: Client, signal: AbortSignal): Promise<string> {
  return wholeId(text, 'algorithm', async () => {
    const algorithms = await client.algorithms({ signal });
    return { ids: algorithms.map(({ id }) => id) };
  });
}

/** As `jobIdOf`, of a token. */
export function tokenIdOf(text: string, client: Client, signal: AbortSignal): Promise<string> {
  return wholeId(text, 'token', async () => {
    const tokens = await client.tokens({ signal });
    return { ids: tokens.map(({ id }) => id) };
  });
}

/** As `jobIdOf`, of a worker, whose id may be of any length. Throws `INVALID_REQUEST` where several begin so. */
export async function workerIdOf(text: string, client: Client, signal: AbortSignal): Promise<string> {
  const ids = (await client.workers({ signal })).map(({ id }) => id);
  return ids.includes(text)
    ? text
    : theOne(
        text,
        'worker',
        ids.filter((id) => id.startsWith(text)),
      );
}

/** What `--worker` says: a pool or a label as it is, a worker also by the beginning of its id. Throws as `workerIdOf`. */
export async function placeOf(text: string, client: Client, signal: AbortSignal): Promise<string> {
  if (text.includes('=')) return text;
  const [workers, pools] = await Promise.all([client.workers({ signal }), client.pools({ signal })]);
  if ([...workers.map(({ id }) => id), ...pools.map(({ name }) => name)].includes(text)) return text;
  const found = workers.flatMap(({ id }) => (id.startsWith(text) ? [id] : []));
  // Of what nobody knows the server says what there is.
  return found.length === 0 ? text : theOne(text, 'worker', found);
}

const jobReference = /^(job:)([0-9A-HJKMNP-TV-Z]+)$/i;

/** Whether it is `job:` and the beginning of an id, as only a server can complete it. */
export function isShortReference(reference: string): boolean {
  const id = jobReference.exec(reference)?.[2];
  return id !== undefined && !wholePattern.test(id);
}

/** A data reference with the whole id of the job that it may name. Throws as `jobIdOf`. */
export async function wholeReference(reference: string, client: Client, signal: AbortSignal): Promise<string> {
  const id = jobReference.exec(reference)?.[2];
  return id === undefined ? reference : `job:${await jobIdOf(id, client, signal)}`;
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
  return theOne(text, what, await idsFrom(text, read));
}

/** Of ids that begin with a text. */
function theOne(text: string, what: string, found: readonly string[]): string {
  const [id, ...others] = found;
  if (id === undefined)
    throw new RondelError('NOT_FOUND', `There is no ${what} whose id begins with "${text.slice(0, 100)}".`);
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
