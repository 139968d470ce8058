import { CommanderError } from 'commander';
import {
  failure,
  failureCodes,
  isRondelError,
  toFailure,
  type Failure,
  type FailureCode,
  type Problem,
} from '@rondel/contracts';
import type { Context } from '../terminal/context.js';
import { inFlags } from './flag-names.js';
import { plainText } from '../terminal/plain-text.js';
import { exitCodeOfFailure, exitCodes, type ExitCode } from './exit-code.js';

/** System errors whose cause is what the person asked for. */
const codeOfSystemError: Readonly<Record<string, FailureCode>> = {
  ENOENT: 'NOT_FOUND',
  ENOTDIR: 'NOT_FOUND',
  EISDIR: 'INVALID_REQUEST',
  EEXIST: 'CONFLICT',
  EACCES: 'FORBIDDEN',
  EPERM: 'FORBIDDEN',
  EROFS: 'FORBIDDEN',
  ENOSPC: 'QUOTA_EXCEEDED',
};

/**
 * Tells what went wrong, a problem document on standard output with `--json`, else sentences on standard error, and
 * says how the command has to exit. `RONDEL_DEBUG=1` adds the stack.
 */
export function reportError(error: unknown, context: Context): ExitCode {
  if (error instanceof CommanderError) return reportUsage(error, context);
  const found = failureOf(error);
  context.printJson(problemDocument(found));
  for (const line of sentences(found, context)) context.note(line);
  if (context.environment.RONDEL_DEBUG === '1' && error instanceof Error) {
    context.stderr.write(`${error.stack ?? error.message}\n`);
  }
  return context.signal.aborted ? exitCodes.cancelled : exitCodeOfFailure(found);
}

/** Commander has written its own sentence already, except with `--json`. */
function reportUsage(error: CommanderError, context: Context): ExitCode {
  const asked = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
  if (asked) return exitCodes.done;
  const sentence = error.message.replace(/^error: /, '');
  context.printJson(problemDocument(failure('INVALID_REQUEST', `${sentence}. See \`rondel --help\`.`)));
  return exitCodes.usage;
}

function failureOf(error: unknown): Failure {
  if (isRondelError(error)) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  const system = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const code = codeOfSystemError[system];
  return code === undefined ? toFailure(error) : failure(code, message);
}

/** RFC 9457, as the API writes it. */
function problemDocument({ code, message, at, details, problems }: Failure): object {
  return {
    type: `urn:rondel:problem:${code}`,
    title: failureCodes[code].title,
    detail: message,
    code,
    ...(at !== undefined && { path: at }),
    ...(details !== undefined && { details }),
    ...(problems !== undefined && {
      problems: problems.map((problem) => ({ code: problem.code, detail: problem.message, path: problem.at })),
    }),
  };
}

function sentences(found: Failure, { colors }: Context): string[] {
  const mark = colors.red('error');
  const { problems = [] } = found;
  if (problems.length < 2) return [`${mark} ${colors.dim(found.code)} ${plainText(inFlags(found.message))}`];
  return problemLines(problems, colors.dim).map((line) => `${mark} ${line}`);
}

/** One line per problem; the path only where the sentence does not begin with it. */
export function problemLines(problems: readonly Problem[], dim: (text: string) => string): string[] {
  return problems.map(({ code, message, at }) => {
    const where = at === undefined || message.includes(at) ? '' : `${at}: `;
    return `${dim(code)} ${plainText(where + inFlags(message))}`;
  });
}
