/** What the page shows. It stands behind the `#` of the address, so the server needs to know nothing of it. */
export type Route =
  | { readonly page: 'jobs' }
  | { readonly page: 'job'; readonly id: string }
  | { readonly page: 'submit'; readonly plan?: string; readonly data?: string }
  | { readonly page: 'fleet' }
  | { readonly page: 'unknown'; readonly address: string };

/** Reads the part of an address from `#` on. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [page = '', id = '', ...rest] = path.split('/');
  if (rest.length > 0) return { page: 'unknown', address: hash };
  if (page === '' || (page === 'jobs' && id === '')) return { page: 'jobs' };
  if (page === 'jobs') return { page: 'job', id: decodeURIComponent(id) };
  if (page === 'submit') return submitRoute(new URLSearchParams(query));
  if (page === 'fleet') return { page: 'fleet' };
  return { page: 'unknown', address: hash };
}

export function jobAddress(id: string): string {
  return `#/jobs/${encodeURIComponent(id)}`;
}

/** The submit page with a plan and data chosen already. */
export function submitAddress(choice: {
  readonly plan?: string | undefined;
  readonly data?: string | undefined;
}): string {
  const query = new URLSearchParams();
  if (choice.plan !== undefined) query.set('plan', choice.plan);
  if (choice.data !== undefined) query.set('data', choice.data);
  return query.size === 0 ? '#/submit' : `#/submit?${query.toString()}`;
}

function submitRoute(query: URLSearchParams): Route {
  const plan = query.get('plan');
  const data = query.get('data');
  return { page: 'submit', ...(plan !== null && { plan }), ...(data !== null && { data }) };
}
