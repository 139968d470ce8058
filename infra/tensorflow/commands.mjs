import { spawnSync } from 'node:child_process';

/** A command that failed; its output has been shown. */
export class CommandFailure extends Error {}

/** Runs a program with its output on standard error. Throws CommandFailure, with `nextStep` in the message. */
export function runShown([program, ...parameters], { nextStep, ...options }) {
  process.stderr.write(`$ ${[program, ...parameters].join(' ')}\n`);
  const { error, status, signal } = spawnSync(program, parameters, { ...options, stdio: ['ignore', 2, 2] });
  if (error === undefined && status === 0) return;
  const reason = error?.message ?? (signal === null ? `exit code ${status}` : signal);
  throw new CommandFailure(`${program} failed (${reason}). ${nextStep}`);
}
