import { get } from 'node:http';
import { get as getSecurely } from 'node:https';

/**
 * Ends with 0 when the address answers as it should: the health check of the API's image, which has no curl. With
 * RONDEL_TLS_CERT the API speaks TLS; its certificate is for other names than that of loopback, so it is not looked at.
 */
const timeoutMilliseconds = 4000;

const address = new URL(process.argv[2] ?? '');
const isSecure = (process.env.RONDEL_TLS_CERT ?? '') !== '';
if (isSecure) address.protocol = 'https:';
const signal = AbortSignal.timeout(timeoutMilliseconds);

function ended(isWell, status) {
  if (!isWell) console.error(`unhealthy: ${status}`);
  process.exit(isWell ? 0 : 1);
}

(isSecure ? getSecurely : get)(address, { signal, rejectUnauthorized: false }, ({ statusCode }) =>
  ended(statusCode === 200, statusCode),
).on('error', (error) => ended(false, error.message));
