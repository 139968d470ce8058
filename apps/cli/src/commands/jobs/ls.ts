import type { Command } from 'commander';
import type { Job } from '@rondel/contracts';
import type { Colors, Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { stateText } from '../../jobs/job-summary.js';
import { addJobFilterOptions, jobFilter, type JobFilterOptions } from '../../jobs/jobs-meant.js';
import { plainText } from '../../terminal/plain-text.js';
import { ageText, secondsText } from '../../terminal/quantity.js';
import { integerBetween, type RunAction } from '../../shell/shell.js';
import { tableOf, type Column } from '../../terminal/table.js';
import { warningMark } from '../../jobs/warning-lines.js';

interface LsOptions extends JobFilterOptions {
  readonly limit: number;
  readonly cursor?: string;
}

export function addLs(program: Command, run: RunAction): void {
  addJobFilterOptions(program.command('ls').alias('jobs').description('list jobs, newest first'))
    .option('--limit <n>', 'jobs per page', integerBetween(1, 500), 20)
    .option('--cursor <cursor>', 'continue after an earlier page')
    .action((options: LsOptions) => run((context) => list(options, context)));
}

async function list(options: LsOptions, context: Context): Promise<ExitCode> {
  const { limit, cursor } = options;
  const page = await context.client().jobs({ ...jobFilter(options), limit, cursor, signal: context.signal });
  context.printJson(page);
  if (page.jobs.length === 0) context.print('No jobs.');
  else for (const line of tableOf(jobColumns(context.colors), page.jobs, context.width)) context.print(line);
  if (page.jobs.some(({ warnings }) => warnings !== undefined))
    context.print(`${context.colors.yellow('!')} has warnings, see: rondel show ID`);
  if (page.cursor !== undefined) context.print(`More with: rondel ls --cursor ${page.cursor}`);
  return exitCodes.done;
}

function jobColumns(colors: Colors): readonly Column<Job>[] {
  return [
    { title: 'ID', cell: ({ id }) => id, whole: true },
    {
      title: 'STATE',
      cell: ({ state, warnings }) => stateText(state, colors) + warningMark(warnings, colors),
      whole: true,
    },
    { title: 'TITLE', cell: ({ title, plan }) => plainText(title ?? plan.name ?? plan.sha256.slice(0, 12)) },
    { title: 'SET', cell: ({ set }) => plainText(set ?? '') },
    { title: 'POOL', cell: ({ pool }) => pool },
    { title: 'LANE', cell: ({ lane }) => lane ?? '' },
    { title: 'AGE', cell: ({ createdAt }) => ageText(createdAt), whole: true },
    { title: 'TIME', cell: ({ result }) => (result === undefined ? '' : secondsText(result.seconds)), whole: true },
    { title: 'LABELS', cell: ({ labels }) => labelsText(labels) },
  ];
}

function labelsText(labels: Job['labels']): string {
  return Object.entries(labels)
    .map(([key, value]) => plainText(`${key}=${value}`))
    .join(' ');
}
