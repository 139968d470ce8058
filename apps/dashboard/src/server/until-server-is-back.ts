import { toFailure } from '@rondel/contracts';
import type { Options } from 'p-retry';

/** The client has given up on a stream: it is opened again every two seconds, as long as nothing but the server is missing. */
export const untilServerIsBack: Options = {
  retries: Number.POSITIVE_INFINITY,
  minTimeout: 2000,
  maxTimeout: 2000,
  shouldRetry: ({ error }) => toFailure(error).code === 'SERVICE_UNAVAILABLE',
};
