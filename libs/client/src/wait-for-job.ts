import { isTerminal, type Job } from '@rondel/contracts';
import { call } from './call.js';
import type { CallOptions } from './call-options.js';
import type { Connection } from './connection.js';
import { askUntil, waitSeconds } from './held-answers.js';

/** The job when it has ended, whichever way. Throws as the connection does. */
export function waitForJob(connection: Connection, id: string, { signal }: CallOptions = {}): Promise<Job> {
  const request = { path: { id }, query: { wait: waitSeconds }, signal };
  return askUntil(
    () => call(connection, 'get /v1/jobs/{id}', request),
    ({ state }) => isTerminal(state),
  );
}
