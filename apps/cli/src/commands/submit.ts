import { randomUUID } from 'node:crypto';
import { Option, type Command } from 'commander';
import type { Client } from '@rondel/client';
import { engineNames, type EngineName, type Job, type Submission } from '@rondel/contracts';
import type { Context } from '../context.js';
import { dataOfSubmission, readDataArguments } from '../data-argument.js';
import { exitCodeOfJob, exitCodes, type ExitCode } from '../exit-code.js';
import { followOwnJob } from '../follow-job.js';
import { printJob } from '../job-summary.js';
import { localRegistry } from '../local-catalog.js';
import { readAssignments, readPlanArgument } from '../plan-argument.js';
import { downloadResult, resultFile, type ResultFile } from '../result-file.js';
import { collect, integerBetween, keyValuePairs, positiveNumber, windowBounds, type RunAction } from '../shell.js';
import { uploadedReference } from '../upload.js';

interface SubmitOptions {
  readonly set: readonly string[];
  readonly label: readonly string[];
  readonly pool?: string;
  readonly worker?: string;
  readonly engine?: EngineName;
  readonly split?: string;
  readonly priority?: number;
  readonly attempts?: number;
  readonly timeout?: number;
  readonly detach?: boolean;
  readonly output?: string;
  readonly slice?: number;
  readonly frame?: number;
  readonly window?: [number, number];
}

interface Arguments {
  readonly plan: string;
  readonly data: readonly string[];
}

export function addSubmit(program: Command, run: RunAction): void {
  program
    .command('submit')
    .description('run a plan on data and wait for the image')
    .argument('<plan>', 'a .toml or .json file, or a built-in plan such as radon/fbp')
    .argument('<data...>', 'a file or a reference; name=REF where a plan takes several')
    .option('--set <name=value>', 'set a property of the plan (repeatable)', collect, [])
    .option('--pool <pool>', 'workers that shall run it')
    .option('--worker <where>', 'a pool, the id of a worker or a label such as gpu=a100')
    .addOption(new Option('--engine <engine>', 'only workers that compute with it').choices(engineNames))
    .option('--split <axis[:size]>', 'fan steps out in blocks along slice or frame, of the given size')
    .option('--priority <n>', '1 to 1000, lower runs earlier', integerBetween(1, 1000))
    .option('--attempts <n>', 'how often lost work is started in all', integerBetween(1, 20))
    .option('--timeout <seconds>', 'computing time allowed to one attempt', positiveNumber)
    .option('--label <key=value>', 'label to find the job by (repeatable)', collect, [])
    .option('--detach', 'do not wait: print the accepted job')
    .option('-o, --output <file>', 'write the image to a .npy, .h5, .nii.gz or .png file')
    .option('--slice <n>', 'slice of a .png, from 0', integerBetween(0, 1_000_000))
    .option('--frame <n>', 'frame of a .png, from 0', integerBetween(0, 1_000_000))
    .option('--window <lo,hi>', 'values shown black and white in a .png', windowBounds)
    .action((plan: string, data: string[], options: SubmitOptions) =>
      run((context) => submit({ plan, data }, options, context)),
    );
}

async function submit(given: Arguments, options: SubmitOptions, context: Context): Promise<ExitCode> {
  const client = context.client();
  const { output, slice, frame, window } = options;
  const file = output === undefined ? undefined : await resultFile(output, { slice, frame, window });
  const accepted = await accept(given, options, { client, context });
  if (options.detach === true) return reportAccepted(accepted, context);
  context.note(`Job ${accepted.id}`);
  const job = await followOwnJob(accepted.id, client, context);
  return finish(job, file, { client, context });
}

interface Surroundings {
  readonly client: Client;
  readonly context: Context;
}

async function accept(given: Arguments, options: SubmitOptions, { client, context }: Surroundings): Promise<Job> {
  const plan = await readPlanArgument(given.plan, await localRegistry(context.environment), () => client.catalog());
  const parameters = readAssignments(options.set);
  const labels = keyValuePairs(options.label, '--label');
  const sources = await readDataArguments(given.data);
  const references: [string, string][] = [];
  for (const source of sources) references.push([source.name, await uploadedReference(source, client, context)]);
  const submission: Submission = {
    plan: plan.source,
    parameters,
    data: dataOfSubmission(references),
    labels,
    ...(options.pool !== undefined && { pool: options.pool }),
    ...(options.worker !== undefined && { worker: options.worker }),
    ...(options.engine !== undefined && { engine: options.engine }),
    ...(options.split !== undefined && { split: options.split }),
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(options.attempts !== undefined && { attempts: options.attempts }),
    ...(options.timeout !== undefined && { timeoutSeconds: options.timeout }),
  };
  context.signal.throwIfAborted();
  // Not given up half-way by an interruption: the job would run without anybody knowing its id.
  return client.submit(submission, { idempotencyKey: randomUUID() });
}

function reportAccepted(job: Job, context: Context): ExitCode {
  context.printJson(job);
  context.print(job.id);
  return exitCodes.done;
}

/** Exit codes are those of the job; a result that cannot be fetched fails the command. */
async function finish(job: Job, file: ResultFile | undefined, { client, context }: Surroundings): Promise<ExitCode> {
  if (file !== undefined && job.state === 'completed') {
    await downloadResult(client, job.id, file, context.signal);
  }
  context.printJson(job);
  printJob(job, context);
  if (file !== undefined && job.state === 'completed') context.print(`  written to ${file.path}`);
  if (file === undefined && job.state === 'completed')
    context.print(`  get it with: rondel get ${job.id} -o image.npy`);
  return exitCodeOfJob(job);
}
