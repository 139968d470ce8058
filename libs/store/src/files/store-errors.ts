import { RondelError } from '@rondel/contracts';

/** The errno name of a failed system call. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** `QUOTA_EXCEEDED` for a full disk, which unlike other quotas passes: try again. Any other error as it is. */
export function diskFailure(error: unknown): unknown {
  const code = systemCode(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new RondelError(
    'QUOTA_EXCEEDED',
    'The artifact store has no space left. Free some or give it a larger disk.',
    { cause: error, retryable: true },
  );
}

/** Result of `work`, or undefined when the file it needs is not there. */
export async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
