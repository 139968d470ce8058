import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { RondelError, type Erasure } from '@rondel/contracts';
import type { Context } from '../context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { plainText } from '../plain-text.js';
import type { RunAction } from '../shell.js';
import { jobIdOf } from '../short-id.js';

export function addErase(program: Command, run: RunAction): void {
  program
    .command('erase')
    .description('remove jobs for good, with their records, traces, images, and uploads that nothing else names')
    .argument('<ids...>', 'ids of jobs, or their beginnings')
    .option('--yes', 'do not ask')
    .action((ids: string[], options: { yes?: boolean }) => run((context) => eraseJobs(ids, options, context)));
}

/** Asks before, unless told not to; nobody can be asked with `--json`. */
export async function eraseJobs(
  typed: readonly string[],
  { yes = false }: { readonly yes?: boolean },
  context: Context,
): Promise<ExitCode> {
  const { signal } = context;
  const client = context.client();
  const ids: string[] = [];
  for (const each of typed) ids.push(await jobIdOf(each, client, signal));
  if (!yes && !context.json && !(await isMeant(ids, context))) {
    context.print('Nothing was erased.');
    return exitCodes.cancelled;
  }
  for (const id of ids) report(await client.erase(id, { signal }), context);
  return exitCodes.done;
}

async function isMeant(ids: readonly string[], { stderr, signal }: Context): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new RondelError('INVALID_REQUEST', 'Nobody can be asked here whether to erase. Add --yes.');
  }
  const lines = createInterface({ input: process.stdin, output: stderr });
  try {
    const what = 'with record, traces, images, and uploads that nothing else names';
    const answer = await lines.question(`Erase ${ids.join(', ')} for good, ${what}? [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

function report(erasure: Erasure, context: Context): void {
  const { id, erasedAt, erased, kept } = erasure;
  context.printJson(erasure);
  context.print(erased.length > 0 ? `Job ${id} is erased:` : `Job ${id} was erased before, on ${erasedAt}.`);
  for (const each of erased) context.print(`  ${plainText(each)}`);
  if (kept.length > 0) context.print('What stays:');
  for (const { artifact, reason } of kept) context.print(`  ${plainText(artifact)}: ${plainText(reason)}`);
}
