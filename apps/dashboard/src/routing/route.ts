import type { JobState } from '@rondel/contracts';

/** In the order in which people look for them. */
export const jobStates: readonly JobState[] = ['queued', 'waiting', 'active', 'completed', 'failed', 'cancelled'];

/** What a list of jobs is filtered by, and from which job on it is shown. */
export interface JobListRoute {
  readonly state?: JobState;
  readonly pool?: string;
  /** `key` or `key=value` */
  readonly label?: string;
  /** Words of title, plan and what was set, or the beginning of an id. */
  readonly q?: string;
  /** The last job of the page before. */
  readonly after?: string;
}

/** What the page shows. It stands behind the `#` of the address, so the server needs to know nothing of it. */
export type Route =
  | ({ readonly page: 'jobs' } & JobListRoute)
  | { readonly page: 'job'; readonly id: string }
  | { readonly page: 'sweeps' }
  | { readonly page: 'sweep'; readonly id: string }
  | { readonly page: 'plans' }
  | { readonly page: 'plan'; readonly id: string; readonly job?: string }
  | ({ readonly page: 'submit' } & SubmitRoute)
  | { readonly page: 'algorithms' }
  | { readonly page: 'fleet' }
  | { readonly page: 'access' }
  | { readonly page: 'unknown'; readonly address: string };

type ListPage = 'jobs' | 'sweeps' | 'plans' | 'algorithms' | 'submit' | 'fleet' | 'access';

/** The words that people begin an address with, as the command line has them, too. */
const pageOfWord: Readonly<Record<string, ListPage>> = {
  '': 'jobs',
  ...{ jobs: 'jobs', job: 'jobs', ls: 'jobs' },
  ...{ sweeps: 'sweeps', sweep: 'sweeps' },
  ...{ plans: 'plans', plan: 'plans', sessions: 'plans', session: 'plans' },
  ...{ algorithms: 'algorithms', algorithm: 'algorithms' },
  ...{ submit: 'submit', new: 'submit' },
  ...{ workers: 'fleet', worker: 'fleet', fleet: 'fleet', pools: 'fleet', pool: 'fleet', apis: 'fleet' },
  ...{ access: 'access', tokens: 'access', token: 'access' },
};

/** Reads the part of an address from `#` on. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/*/, '').split('?');
  const [word = '', name = '', ...rest] = path.replace(/\/+$/, '').split('/');
  const page = Object.hasOwn(pageOfWord, word.toLowerCase()) ? pageOfWord[word.toLowerCase()] : undefined;
  const id = decoded(name);
  if (page === undefined || id === undefined || rest.length > 0) return { page: 'unknown', address: hash };
  const query = new URLSearchParams(search);
  return id === '' ? listRoute(page, query) : (singleRoute(page, id, query) ?? { page: 'unknown', address: hash });
}

function listRoute(page: ListPage, query: URLSearchParams): Route {
  if (page === 'jobs') return jobsRoute(query);
  return page === 'submit' ? submitRoute(query) : { page };
}

/** Nothing where the page has no entries with pages of their own. */
function singleRoute(page: ListPage, id: string, query: URLSearchParams): Route | undefined {
  if (page === 'jobs') return { page: 'job', id };
  if (page === 'sweeps') return { page: 'sweep', id };
  return page === 'plans' ? planRoute(id, query) : undefined;
}

/** Nothing for what no address of ours has, such as a lone `%`. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** The list of jobs as it is filtered. */
export function jobsAddress({ state, pool, label, q, after }: JobListRoute): string {
  return withQuery('#/jobs', { state, pool, label, q, after });
}

function withQuery(address: string, given: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value !== undefined && value !== '') query.set(name, value);
  return query.size === 0 ? address : `${address}?${query.toString()}`;
}

export function jobAddress(id: string): string {
  return `#/jobs/${encodeURIComponent(id)}`;
}

export function sweepAddress(id: string): string {
  return `#/sweeps/${encodeURIComponent(id)}`;
}

/** The page of a live plan; `job` is the one whose data and options it is to be submitted with. */
export function planAddress(id: string, job?: string): string {
  return withQuery(`#/plans/${encodeURIComponent(id)}`, { job });
}

/** What the submit page begins with. */
export interface SubmitRoute {
  /** Name of a built-in plan. */
  readonly plan?: string | undefined;
  /** A data reference. */
  readonly data?: string | undefined;
  /** Id of a live plan. */
  readonly session?: string | undefined;
  /** Id of a job: all that it was submitted with, but for the plan where `session` gives one. */
  readonly job?: string | undefined;
}

export function submitAddress({ plan, data, session, job }: SubmitRoute): string {
  return withQuery('#/submit', { plan, data, session, job });
}

function jobsRoute(query: URLSearchParams): Route {
  const state = jobStates.find((known) => known === query.get('state'));
  return { page: 'jobs', ...(state !== undefined && { state }), ...fieldsOf(query, ['pool', 'label', 'q', 'after']) };
}

function submitRoute(query: URLSearchParams): Route {
  return { page: 'submit', ...fieldsOf(query, ['plan', 'data', 'session', 'job']) };
}

function planRoute(id: string, query: URLSearchParams): Route {
  return { page: 'plan', id, ...fieldsOf(query, ['job']) };
}

function fieldsOf<Name extends string>(query: URLSearchParams, names: readonly Name[]): Partial<Record<Name, string>> {
  const given: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = query.get(name);
    if (value !== null) given[name] = value;
  }
  return given;
}
