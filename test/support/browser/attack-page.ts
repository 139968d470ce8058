import type { Page } from 'playwright-core';

export interface AttackOptions {
  readonly own: string;
  /** Body of a job. */
  readonly submission: object;
  /** Of an operator, where the API wants to know who asks. */
  readonly token?: string;
}

export interface Attack {
  /** Of the requests that could change something, each once: `/v1/jobs 403`. */
  readonly answers: readonly string[];
  /** Texts that the page could read. */
  readonly read: readonly string[];
}

/** What a page can send without asking first, and what its own origin lets it send. */
const attempts = `[
  ['/v1/jobs', {}],
  ['/v1/workers', { headers: { accept: 'text/html' } }],
  ['/v1/jobs', { method: 'POST', headers: { 'content-type': 'application/json' }, body: submission }],
  ['/v1/jobs', { method: 'POST', mode: 'no-cors', headers: { 'content-type': 'text/plain' }, body: submission }],
  ['/v1/pools/default/pause', { method: 'POST', mode: 'no-cors' }],
  ['/v1/store/clean', { method: 'POST', mode: 'no-cors' }],
  ['/v1/pools/default/pause', { method: 'POST', credentials: 'include' }],
  ['/v1/store/clean?dryRun=true', { method: 'POST', mode: 'no-cors', credentials: 'include' }],
]`;

/** An expression that the page evaluates. */
function program(api: string, submission: object): string {
  return `(async () => {
    const [api, submission] = ${JSON.stringify([api, JSON.stringify(submission)])};
    const read = [];
    for (const [path, options] of ${attempts}) {
      const answer = await fetch(api + path, options).then((response) => response.text(), () => '');
      if (answer !== '') read.push(answer);
    }
    await new Promise((resolve) => {
      const frame = Object.assign(document.createElement('iframe'), { name: 'answer', onload: resolve });
      const form = Object.assign(document.createElement('form'), {
        method: 'POST', target: 'answer', action: api + '/v1/pools/default/pause',
      });
      document.body.append(frame, form);
      setTimeout(resolve, 1000);
      form.submit();
    });
    return read;
  })()`;
}

/**
 * Has a page, wherever it comes from, try to read, submit, pause and clean at an API.
 *
 * @param api Origin under which the page calls it.
 * @param own Under which it answers us.
 */
export async function attackFrom(page: Page, api: string, { own, submission, token }: AttackOptions): Promise<Attack> {
  const before = await answersOf(own, token);
  const read = await page.evaluate<string[]>(program(api, submission));
  const after = await answersOf(own, token);
  return { read, answers: [...after].flatMap(([answer, count]) => (before.get(answer) === count ? [] : [answer])) };
}

/** How often each request was answered, as the API counts: browsers do not tell what they keep from a page. */
async function answersOf(url: string, token: string | undefined): Promise<Map<string, string>> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  const counted = /rondel_http_request_seconds_count\{method="POST",route="([^"]+)",status="(\d+)"\} (\d+)/g;
  return new Map(
    [...text.matchAll(counted)].map(([, route = '', status = '', count = '']) => [`${route} ${status}`, count]),
  );
}
