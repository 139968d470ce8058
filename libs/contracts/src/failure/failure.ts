import type { Failure, Problem } from './failure-schema.js';
import { failureCodes, type FailureCode } from './failure-codes.js';

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
  const noFiles = /^(EMFILE|ENFILE)\b/.exec(systemCodeOf(error))?.[0];
  // Where it was noticed says nothing, and is nobody's business who asks from outside.
  if (noFiles !== undefined) return failure('SERVICE_UNAVAILABLE', tooManyFiles(noFiles));
  return failure(fallback, message);
}

function systemCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What a fault of the machine means, wherever it shows. `reason` is what the system says. */
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
