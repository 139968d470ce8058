import { Option, type Command } from 'commander';
import type { Client } from '@rondel/client';
import { engineNames, lanes, type EngineName, type Lane, type Submission } from '@rondel/contracts';
import type { Context } from '../terminal/context.js';
import { dataNamesOf, dataOfSubmission, readDataArguments } from '../data/data-argument.js';
import { readFileParameters } from '../data/file-parameters.js';
import { localRegistry } from '../plans/local-catalog.js';
import { readAssignments, readPlanSource } from '../plans/plan-argument.js';
import { collect, integerBetween, keyValuePairs, positiveNumber } from '../shell/shell.js';
import { placeOf } from '../shell/short-id.js';
import { uploadedReferences } from '../data/upload.js';

/** The options that say what is run, where and how: those of a job, and of every job of a sweep. */
export interface SubmissionOptions {
  readonly set: readonly string[];
  readonly label: readonly string[];
  readonly title?: string;
  readonly strict?: boolean;
  readonly pool?: string;
  readonly worker?: string;
  readonly engine?: EngineName;
  readonly split?: string;
  readonly lane?: Lane;
  readonly priority?: number;
  readonly attempts?: number;
  readonly timeout?: number;
}

/** The arguments PLAN and DATA. */
export interface SubmissionArguments {
  readonly plan: string;
  readonly data: readonly string[];
}

export interface Surroundings {
  readonly client: Client;
  readonly context: Context;
}

export function addSubmissionArguments(command: Command): Command {
  return command
    .argument('<plan>', 'a .toml or .json file, a built-in plan such as radon/fbp, or session:ID for a live plan')
    .argument('<data...>', 'a file or a reference; name=REF where a plan takes several');
}

export function addSubmissionOptions(command: Command): Command {
  return command
    .option('--set <name=value>', 'set a property of the plan (repeatable)', collect, [])
    .option('--title <text>', 'its name in lists; never that of a patient')
    .option('--strict', 'fail at the first warning')
    .option('--pool <pool>', 'pool that runs it')
    .option('--worker <where>', 'a pool, the id of a worker or its beginning, or a label such as gpu=a100')
    .addOption(new Option('--engine <engine>', 'only workers that compute with it').choices(engineNames))
    .option(
      '--split <axis[:size]>',
      'split steps into blocks along slice or frame, of the given size; none: keep the job in one piece',
    )
    .addOption(
      new Option('--lane <lane>', 'interactive, normal or batch; unless given normal, of a sweep batch').choices(lanes),
    )
    .option('--priority <n>', '1 to 1000, lower runs earlier', integerBetween(1, 1000))
    .option('--attempts <n>', 'attempts in all, where work is lost', integerBetween(1, 20))
    .option('--timeout <seconds>', 'computing time that one attempt may take', positiveNumber)
    .option('--label <key=value>', 'label to find it by (repeatable)', collect, []);
}

/** The body of the request. Files are uploaded when everything else has been read without a fault. */
export async function readSubmission(
  { plan: name, data }: SubmissionArguments,
  options: SubmissionOptions,
  { client, context }: Surroundings,
): Promise<Submission> {
  const registry = await localRegistry(context.environment);
  const plan = await readPlanSource(name, registry, { client, signal: context.signal });
  const given = await readFileParameters(readAssignments(options.set), registry.catalog, { client, context });
  const labels = keyValuePairs(options.label, '--label');
  const sources = await readDataArguments(data);
  const worker = options.worker === undefined ? undefined : await placeOf(options.worker, client, context.signal);
  const references = await uploadedReferences(sources, client, context);
  return {
    plan,
    parameters: await given.upload(client),
    data: dataOfSubmission(references),
    ...dataNamesOf(sources, context.environment),
    labels,
    ...(options.title !== undefined && { title: options.title }),
    ...(options.strict === true && { strict: true }),
    ...(options.pool !== undefined && { pool: options.pool }),
    ...(worker !== undefined && { worker }),
    ...(options.engine !== undefined && { engine: options.engine }),
    ...(options.split !== undefined && { split: options.split }),
    ...(options.lane !== undefined && { lane: options.lane }),
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(options.attempts !== undefined && { attempts: options.attempts }),
    ...(options.timeout !== undefined && { timeoutSeconds: options.timeout }),
  };
}
