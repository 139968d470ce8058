import { httpStatus } from '@rondel/api';
import { exitCodeOfFailure, exitCodes } from '@rondel/cli';
import { failureCodes, warningCodes, type FailureCode } from '@rondel/contracts';
import { code, pageOf, sentence, tableOf } from './markdown.js';

const exitMeanings: Record<keyof typeof exitCodes, string> = {
  done: 'Done.',
  failed: 'The job failed, or Rondel itself did.',
  usage: 'Wrong usage, an invalid plan, or something that is not there.',
  unreachable: 'The server cannot be reached.',
  cancelled: 'Cancelled.',
  timedOut: 'Timed out.',
};

/** Failures with HTTP status and exit code, warnings, exit codes. */
export function codesPage(): string {
  const failures = (Object.keys(failureCodes) as FailureCode[]).map((name) => [
    code(name),
    sentence(failureCodes[name].title),
    String(httpStatus[name]),
    String(exitCodeOfFailure({ code: name })),
    failureCodes[name].retryable ? 'yes' : '',
  ]);
  const warnings = Object.entries(warningCodes).map(([name, { title }]) => [code(name), sentence(title)]);
  const exits = Object.entries(exitCodes).map(([name, number]) => [
    String(number),
    exitMeanings[name as keyof typeof exitCodes],
  ]);
  return pageOf(
    'Errors and warnings',
    'Codes are promises: they are added, never renamed. Recognise an error by its code, not by its text.',
    '## Errors',
    'Over REST an error is an RFC 9457 problem document with `code`, `detail` and, where it applies, `path` into the plan. *Retried* says that the fault is one of the machine, so that a job with attempts left runs again. The exit code is that of a command that ran into the error itself; [a job that failed](#exit-codes) makes it 1, except that `TIMEOUT` is 5 and `CANCELLED` is 4. A full disk is `QUOTA_EXCEEDED` with status 507; a job, result or image that was removed on purpose is `NOT_FOUND` with status 410.',
    tableOf(['code', 'meaning', 'HTTP status', 'exit code', 'retried'], failures),
    '## Warnings',
    'A warning says that the image of a completed job may not be right. Its message says what to do, its `path` names the property that would settle it. See [when an image may not be right](../guides/warnings.md).',
    tableOf(['code', 'meaning'], warnings),
    '## Exit codes',
    tableOf(['code', 'meaning'], exits),
  );
}
