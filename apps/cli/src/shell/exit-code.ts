import type { Failure, FailureCode, Job } from '@rondel/contracts';

/** What the command tells the shell. Scripts rely on these numbers. */
export const exitCodes = {
  done: 0,
  /** The job failed, or Rondel itself did. */
  failed: 1,
  /** Wrong usage, an invalid plan, a reference or file that is not there. */
  usage: 2,
  unreachable: 3,
  cancelled: 4,
  timedOut: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const exitCodeOf: Record<FailureCode, ExitCode> = {
  PLAN_SYNTAX: exitCodes.usage,
  PLAN_UNKNOWN_TYPE: exitCodes.usage,
  PLAN_MISSING_PROPERTY: exitCodes.usage,
  PLAN_INVALID_VALUE: exitCodes.usage,
  PLAN_UNKNOWN_PROPERTY: exitCodes.usage,
  DATA_NOT_FOUND: exitCodes.usage,
  DATA_FORMAT: exitCodes.usage,
  DATA_SHAPE_MISMATCH: exitCodes.usage,
  DATA_FORBIDDEN: exitCodes.usage,
  POOL_UNKNOWN: exitCodes.usage,
  WORKER_UNAVAILABLE: exitCodes.failed,
  ENGINE_UNAVAILABLE: exitCodes.failed,
  OUT_OF_MEMORY: exitCodes.failed,
  STRICT_WARNING: exitCodes.failed,
  WARRANT_REFUSED: exitCodes.failed,
  STEP_FAILED: exitCodes.failed,
  TIMEOUT: exitCodes.timedOut,
  CANCELLED: exitCodes.cancelled,
  WORKER_LOST: exitCodes.failed,
  QUOTA_EXCEEDED: exitCodes.usage,
  UNAUTHENTICATED: exitCodes.usage,
  FORBIDDEN: exitCodes.usage,
  NOT_FOUND: exitCodes.usage,
  CONFLICT: exitCodes.usage,
  IDEMPOTENCY_MISMATCH: exitCodes.usage,
  INVALID_REQUEST: exitCodes.usage,
  SERVICE_UNAVAILABLE: exitCodes.unreachable,
  INTERNAL: exitCodes.failed,
};

/** For a failure that a request or this command itself ran into. That a job was lost is nobody's mistake who asks for it. */
export function exitCodeOfFailure({ code, details }: Pick<Failure, 'code' | 'details'>): ExitCode {
  const isLost = code === 'NOT_FOUND' && (details?.lostAt ?? details?.accepted) !== undefined;
  return isLost ? exitCodes.failed : exitCodeOf[code];
}

/** For a job that ran: whatever made it fail, it is 1, except that running out of time is 5 and a cancel is 4. */
export function exitCodeOfJob({ state, error }: Pick<Job, 'state' | 'error'>): ExitCode {
  if (state === 'cancelled' || error?.code === 'CANCELLED') return exitCodes.cancelled;
  if (state !== 'failed') return exitCodes.done;
  return error?.code === 'TIMEOUT' ? exitCodes.timedOut : exitCodes.failed;
}
