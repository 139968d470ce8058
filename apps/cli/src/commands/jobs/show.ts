import type { Command } from 'commander';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { printJob } from '../../jobs/job-summary.js';
import type { RunAction } from '../../shell/shell.js';
import { jobIdOf } from '../../shell/short-id.js';

interface ShowOptions {
  readonly provenance?: boolean;
}

/** Newest ones that are listed. */
const mostReruns = 10;

export function addShow(program: Command, run: RunAction): void {
  program
    .command('show')
    .description('show a job, its steps and its result or failure')
    .argument('<id>', 'id of the job, or its beginning')
    .option('--provenance', 'show instead how the image was made: plan, data, versions, device')
    .action((id: string, options: ShowOptions) =>
      run((context) => (options.provenance === true ? showProvenance(id, context) : showJob(id, context))),
    );
}

async function showJob(typed: string, context: Context): Promise<ExitCode> {
  const client = context.client();
  const job = await client.job(await jobIdOf(typed, client, context.signal), context);
  context.printJson(job);
  printJob(job, context);
  if (job.state === 'completed' && !context.json) {
    const { jobs } = await client.jobs({ rerunOf: job.id, limit: mostReruns, signal: context.signal });
    for (const { id, state } of jobs) context.print(`  run again as ${id}, ${state}`);
  }
  return exitCodes.done;
}

async function showProvenance(typed: string, context: Context): Promise<ExitCode> {
  const client = context.client();
  const provenance = await client.provenance(await jobIdOf(typed, client, context.signal), context);
  context.printJson(provenance);
  context.print(provenance.plan.trimEnd());
  context.print();
  for (const { name, reference, bytes, format } of provenance.data) {
    context.print(`# ${name}: ${reference}, ${format}, ${bytes} bytes`);
  }
  const { name, version, device, processor = [] } = provenance.engine;
  context.print(`# engine ${name} ${version} on ${device}, Node.js ${provenance.node}, worker ${provenance.worker}`);
  if (processor.length > 0) context.print(`# computed on the processor: ${processor.join(', ')}`);
  for (const [packageName, packageVersion] of Object.entries(provenance.packages)) {
    context.print(`# ${packageName} ${packageVersion}`);
  }
  return exitCodes.done;
}
