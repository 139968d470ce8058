import type { Command } from 'commander';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { downloadResult, resultFile, type ResultOptions } from '../../jobs/result-file.js';
import { integerBetween, windowBounds, type RunAction } from '../../shell/shell.js';
import { jobIdOf } from '../../shell/short-id.js';

interface GetOptions extends ResultOptions {
  readonly output: string;
}

export function addGet(program: Command, run: RunAction): void {
  program
    .command('get')
    .description('download the image of a job')
    .argument('<id>', 'id of the job, or its beginning')
    .requiredOption('-o, --output <file>', 'a .npy, .h5, .nii.gz, .tif or .png file')
    .option('--slice <n>', 'slice of a .png, from 0', integerBetween(0, 1_000_000))
    .option('--frame <n>', 'frame of a .png, from 0', integerBetween(0, 1_000_000))
    .option('--window <lo,hi>', 'values that are black and white in a .png', windowBounds)
    .action((id: string, options: GetOptions) => run((context) => get(id, options, context)));
}

async function get(typed: string, { output, slice, frame, window }: GetOptions, context: Context): Promise<ExitCode> {
  const file = await resultFile(output, { slice, frame, window });
  const client = context.client();
  const id = await jobIdOf(typed, client, context.signal);
  await downloadResult(client, id, file, context.signal);
  context.printJson({ id, file: file.path, format: file.format });
  context.print(`Written to ${file.path}`);
  return exitCodes.done;
}
