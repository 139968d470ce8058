/** What the page shows. It stands behind the `#` of the address, so the server needs to know nothing of it. */
export type Route =
  | { readonly page: 'jobs'; readonly label?: string }
  | { readonly page: 'job'; readonly id: string }
  | { readonly page: 'sweeps' }
  | { readonly page: 'sweep'; readonly id: string }
  | { readonly page: 'plans' }
  | { readonly page: 'plan'; readonly id: string }
  | { readonly page: 'submit'; readonly plan?: string; readonly data?: string; readonly session?: string }
  | { readonly page: 'fleet' }
  | { readonly page: 'unknown'; readonly address: string };

/** Reads the part of an address from `#` on. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [page = '', id = '', ...rest] = path.split('/');
  if (rest.length > 0) return { page: 'unknown', address: hash };
  if (page === '' || (page === 'jobs' && id === '')) return jobsRoute(new URLSearchParams(query));
  if (page === 'jobs') return { page: 'job', id: decodeURIComponent(id) };
  if (page === 'sweeps') return id === '' ? { page } : { page: 'sweep', id: decodeURIComponent(id) };
  if (page === 'plans') return id === '' ? { page } : { page: 'plan', id: decodeURIComponent(id) };
  if (page === 'submit') return submitRoute(new URLSearchParams(query));
  if (page === 'fleet') return { page: 'fleet' };
  return { page: 'unknown', address: hash };
}

/** The list of jobs, those with a label where it is given as `key=value`. */
export function jobsAddress({ label }: { readonly label?: string }): string {
  return label === undefined ? '#/jobs' : `#/jobs?${new URLSearchParams({ label }).toString()}`;
}

export function jobAddress(id: string): string {
  return `#/jobs/${encodeURIComponent(id)}`;
}

export function sweepAddress(id: string): string {
  return `#/sweeps/${encodeURIComponent(id)}`;
}

/** The page of a live plan. */
export function planAddress(id: string): string {
  return `#/plans/${encodeURIComponent(id)}`;
}

/** The submit page with a plan, or a live plan by its id, and data chosen already. */
export function submitAddress(choice: {
  readonly plan?: string | undefined;
  readonly data?: string | undefined;
  readonly session?: string | undefined;
}): string {
  const query = new URLSearchParams();
  if (choice.plan !== undefined) query.set('plan', choice.plan);
  if (choice.data !== undefined) query.set('data', choice.data);
  if (choice.session !== undefined) query.set('session', choice.session);
  return query.size === 0 ? '#/submit' : `#/submit?${query.toString()}`;
}

function jobsRoute(query: URLSearchParams): Route {
  const label = query.get('label');
  return { page: 'jobs', ...(label !== null && { label }) };
}

function submitRoute(query: URLSearchParams): Route {
  const plan = query.get('plan');
  const data = query.get('data');
  const session = query.get('session');
  return {
    page: 'submit',
    ...(plan !== null && { plan }),
    ...(data !== null && { data }),
    ...(session !== null && { session }),
  };
}
