import type { Failure, Problem } from './failure-schema.js';

interface CodeFacts {
  /** Whether running the same job again can help: true for faults of machines, false for faults of plans and data. */
  readonly retryable: boolean;
  readonly title: string;
}

/** Every code that may cross a process boundary. The names are promises; add freely, never rename. */
export const failureCodes = {
  PLAN_SYNTAX: { retryable: false, title: 'The plan is not well-formed' },
  PLAN_UNKNOWN_TYPE: { retryable: false, title: 'The plan names a type that no installed package provides' },
  PLAN_MISSING_PROPERTY: { retryable: false, title: 'The plan lacks a property it needs' },
  PLAN_INVALID_VALUE: { retryable: false, title: 'A property of the plan has a value it cannot take' },
  PLAN_UNKNOWN_PROPERTY: { retryable: false, title: 'The plan has no property of that name' },
  DATA_NOT_FOUND: { retryable: false, title: 'The data is not there' },
  DATA_FORMAT: { retryable: false, title: 'The data cannot be read' },
  DATA_SHAPE_MISMATCH: { retryable: false, title: 'The data has a shape that the plan cannot use' },
  DATA_FORBIDDEN: { retryable: false, title: 'The data reference points where it must not' },
  POOL_UNKNOWN: { retryable: false, title: 'There is no pool of that name' },
  WORKER_UNAVAILABLE: { retryable: true, title: 'No worker can take the work' },
  ENGINE_UNAVAILABLE: { retryable: false, title: 'The compute engine cannot start here' },
  OUT_OF_MEMORY: { retryable: false, title: 'The work does not fit into memory' },
  STRICT_WARNING: { retryable: false, title: 'There is a warning, and the job is strict' },
  STEP_FAILED: { retryable: false, title: 'A step of the plan failed' },
  TIMEOUT: { retryable: false, title: 'It took longer than it was allowed to' },
  CANCELLED: { retryable: false, title: 'The job was cancelled' },
  WORKER_LOST: { retryable: true, title: 'The process that computed the job died' },
  QUOTA_EXCEEDED: { retryable: false, title: 'A limit was exceeded' },
  UNAUTHENTICATED: { retryable: false, title: 'Credentials are needed' },
  FORBIDDEN: { retryable: false, title: 'Not allowed' },
  NOT_FOUND: { retryable: false, title: 'Not found' },
  IDEMPOTENCY_MISMATCH: { retryable: false, title: 'The key was used for something else' },
  CONFLICT: { retryable: false, title: 'The request conflicts with the present state' },
  INVALID_REQUEST: { retryable: false, title: 'The request is not valid' },
  SERVICE_UNAVAILABLE: { retryable: true, title: 'A service that Rondel needs does not answer' },
  INTERNAL: { retryable: false, title: 'Rondel itself failed' },
} as const satisfies Record<string, CodeFacts>;

export type FailureCode = keyof typeof failureCodes;

export interface FailureOptions {
  readonly at?: string | undefined;
  readonly details?: Record<string, unknown> | undefined;
  readonly problems?: readonly Problem[] | undefined;
  readonly retryable?: boolean | undefined;
  readonly cause?: unknown;
}

/** Builds an envelope; `retryable` comes from the code table unless overridden. */
export function failure(code: FailureCode, message: string, options: FailureOptions = {}): Failure {
  return {
    code,
    message,
    retryable: options.retryable ?? failureCodes[code].retryable,
    ...(options.at !== undefined && { at: options.at }),
    ...(options.details !== undefined && { details: options.details }),
    ...(options.problems !== undefined && { problems: [...options.problems] }),
  };
}

/** The throwable form of a `Failure`. Recognise it with `isRondelError`, never with `instanceof` across packages. */
export class RondelError extends Error {
  override readonly name = 'RondelError';
  readonly failure: Failure;

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.failure = failure(code, message, options);
  }

  get code(): FailureCode {
    return this.failure.code;
  }

  /** Makes an envelope that arrived over a wire throwable again. */
  static from(received: Failure): RondelError {
    const { code, message, ...options } = received;
    return new RondelError(code, message, options);
  }
}

export function isRondelError(error: unknown): error is RondelError {
  return error instanceof Error && error.name === 'RondelError' && 'failure' in error;
}

/** Any thrown value as an envelope; what is not a `RondelError` becomes `fallback`, except that no more files can be opened. */
export function toFailure(error: unknown, fallback: FailureCode = 'INTERNAL'): Failure {
  if (isRondelError(error)) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  if (hasTooManyFiles(error)) return failure('SERVICE_UNAVAILABLE', tooManyFiles(message));
  return failure(fallback, message);
}

/** The process, or its machine, has as many files and connections open as it may: a fault of the machine, wherever it shows. */
function hasTooManyFiles(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
}

/** @param reason What the system says. */
export function tooManyFiles(reason: string): string {
  return `A process has as many files and connections open as it may (${reason}). Raise its limit, by \`ulimit -n\`, LimitNOFILE= of systemd or nofile of its container, or let it do less at once.`;
}

/**
 * Throws one error for all problems: the first one leads, the rest ride along; one that two checks have found counts once.
 * Does nothing for an empty list.
 */
export function throwProblems(found: readonly Problem[]): void {
  const problems = [...new Map(found.map((problem) => [`${problem.at ?? ''} ${problem.message}`, problem])).values()];
  const first = problems[0];
  if (first === undefined) return;
  const message =
    problems.length === 1
      ? first.message
      : `${first.message} (and ${problems.length - 1} more problem${problems.length > 2 ? 's' : ''})`;
  throw new RondelError(first.code, message, { at: first.at, details: first.details, problems });
}
