/** Ends with 0 when the address answers as it should: the health check of the API's image, which has no curl. */
const timeoutMilliseconds = 4000;

const answer = await fetch(process.argv[2] ?? '', { signal: AbortSignal.timeout(timeoutMilliseconds) }).catch(
  (error) => ({ ok: false, status: error.message }),
);
if (!answer.ok) console.error(`unhealthy: ${answer.status}`);
process.exitCode = answer.ok ? 0 : 1;
