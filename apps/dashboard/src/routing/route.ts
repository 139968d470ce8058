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
  | { readonly page: 'fleet' }
  | { readonly page: 'unknown'; readonly address: string };

/** Reads the part of an address from `#` on. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [page = '', id = '', ...rest] = path.split('/');
  if (rest.length > 0) return { page: 'unknown', address: hash };
  if (page === '' || (page === 'jobs' && id === '')) return jobsRoute(new URLSearchParams(query));
  const named = decoded(id);
  if (named === undefined) return { page: 'unknown', address: hash };
  if (page === 'jobs') return { page: 'job', id: named };
  if (page === 'sweeps') return id === '' ? { page } : { page: 'sweep', id: named };
  if (page === 'plans') return id === '' ? { page } : planRoute(named, new URLSearchParams(query));
  if (page === 'submit') return submitRoute(new URLSearchParams(query));
  if (page === 'fleet') return { page: 'fleet' };
  return { page: 'unknown', address: hash };
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
