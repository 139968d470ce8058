/** After a failure nobody is asked for the same again for so long. */
const restMs = 5000;
const timeoutMs = 10_000;

/**
 * `fetch` that leaves a server alone which could not answer: while it is away, or sends errors, requests for the same fail at once
 * instead of waiting for it one by one. What changes something is always sent.
 */
export function sparingFetch(now: () => number, ask: typeof fetch = fetch): typeof fetch {
  const failed = new Map<string, { readonly at: number; readonly error: Error }>();
  return async (target, options = {}) => {
    const { method = 'GET' } = options;
    const url = target instanceof Request ? target.url : String(target);
    const last = failed.get(url);
    if (method === 'GET' && last !== undefined && now() - last.at < restMs) throw last.error;
    const note = (error: Error) => {
      if (method === 'GET') failed.set(url, { at: now(), error });
      return error;
    };
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(options.signal ? [options.signal] : [])]);
    const answer = await ask(target, { ...options, signal }).catch((error: unknown) => {
      throw note(error instanceof Error ? error : new Error('It does not answer.', { cause: error }));
    });
    if (answer.status >= 500) throw note(new Error(`It answers with ${answer.status}.`));
    failed.delete(url);
    return answer;
  };
}
