import type { Command } from 'commander';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { addResultOptions, downloadResult, resultFile, type ResultOptions } from '../../jobs/result-file.js';
import type { RunAction } from '../../shell/shell.js';
import { jobIdOf } from '../../shell/short-id.js';

interface GetOptions extends ResultOptions {
  readonly output: string;
}

export function addGet(program: Command, run: RunAction): void {
  const command = program
    .command('get')
    .description('download the image of a job')
    .argument('<id>', 'id of the job, or its beginning')
    .requiredOption('-o, --output <file>', 'a .npy, .h5, .nii.gz, .tif, .dcm or .png file');
  addResultOptions(command).action((id: string, options: GetOptions) => run((context) => get(id, options, context)));
}

async function get(typed: string, { output, ...options }: GetOptions, context: Context): Promise<ExitCode> {
  const file = await resultFile(output, options);
  const client = context.client();
  const id = await jobIdOf(typed, client, context.signal);
  await downloadResult(client, id, file, context.signal);
  context.printJson({ id, file: file.path, format: file.format });
  context.print(`Written to ${file.path}`);
  return exitCodes.done;
}
