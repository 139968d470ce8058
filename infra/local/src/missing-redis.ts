import { RondelError } from '@rondel/contracts';

/** How an installation runs. */
export interface InstallOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Receives one line before something is installed. */
  readonly say: (line: string) => void;
  /** User id that installs, 0 for root; default that of this process. */
  readonly userId?: number | undefined;
}

/**
 * @param hint What the person has to do, as the beginning of a sentence.
 * @param reason Why an installation failed, when one was tried.
 */
export function missingRedis(hint: string, reason?: string): RondelError {
  const because = reason === undefined ? '' : ` Installing it failed (${reason}).`;
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `Rondel needs Redis 6.2 or newer, and neither valkey-server nor redis-server is on the PATH.${because} ${hint}, or set REDIS_URL to a running one.`,
    { retryable: false },
  );
}
