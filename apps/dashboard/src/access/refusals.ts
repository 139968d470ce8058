/** The query that says who has logged in. */
export const loginKey = ['login'] as const;

/** Tells whenever the server has refused to answer because it does not know who asks. */
export const refusals = new EventTarget();

/** `fetch` that tells of such refusals, whichever part of the page has asked. */
export const noticingFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.status === 401) refusals.dispatchEvent(new Event('refused'));
  return response;
};
