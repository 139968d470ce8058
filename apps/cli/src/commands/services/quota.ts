import type { Command } from 'commander';
import {
  quotaNames,
  quotaWords,
  submitterQuotaNames,
  type QuotaReport,
  type Quotas,
  type QuotaUse,
} from '@rondel/contracts';
import { applied, quotaSettings, type QuotaSetting } from '../../services/quota-settings.js';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { quotaText } from '../../terminal/quota-text.js';
import type { RunAction } from '../../shell/shell.js';
import { tableOf, type Column } from '../../terminal/table.js';

interface Whose {
  readonly project?: string;
  readonly submitter?: string;
}

export function addQuota(program: Command, run: RunAction): void {
  const quota = program
    .command('quota')
    .description('show what your project and you may have at most, and how much of it is used')
    .option('--project <name>', 'of another project, for an admin')
    .option('--submitter <name>', 'of this submitter; whoever has logged in unless given')
    .action((whose: Whose) => run((context) => show(whose, context)));
  quota
    .command('set')
    .description('say what a project may have at most, for an admin; what is not named stays')
    .argument('<project>', 'name of the project')
    .argument(
      '<name=value...>',
      'such as waiting=100, storedBytes=2TiB, submitter.running=4; none takes a quota back',
      quotaSettings,
    )
    .addHelpText('after', settingHelp())
    .action((project: string, settings: readonly QuotaSetting[]) => run((context) => set(project, settings, context)));
}

function settingHelp(): string {
  const lines = quotaNames.map((name) => {
    const both = submitterQuotaNames.some((each) => each === name);
    return `  ${`${name}${both ? ', submitter.' + name : ''}`.padEnd(44)} ${quotaWords[name]}`;
  });
  return ['', 'Quotas of the project, and with submitter. of each submitter in it:', ...lines].join('\n');
}

async function show(whose: Whose, context: Context): Promise<ExitCode> {
  const report = await context.client().quota({ ...whose, signal: context.signal });
  context.printJson(report);
  for (const line of reportLines(report, context.width)) context.print(line);
  return exitCodes.done;
}

async function set(project: string, settings: readonly QuotaSetting[], context: Context): Promise<ExitCode> {
  const client = context.client();
  const before = await client.quotasOf(project, context);
  const quotas = applied(before.quotas, settings);
  const after = await client.setQuotas(project, quotas, context);
  context.printJson(after);
  const words = wordsOf(after.quotas);
  context.print(
    words.length === 0 ? `Project ${project} has no quotas of its own.` : `Project ${project}: ${words.join(', ')}`,
  );
  return exitCodes.done;
}

function wordsOf({ submitter = {}, ...own }: Quotas): string[] {
  const named = (quotas: Quotas, before: string) =>
    quotaNames.flatMap((name) => {
      const limit = quotas[name];
      return limit === undefined ? [] : [`${before}${name}=${limit}`];
    });
  return [...named(own, ''), ...named(submitter, 'submitter.')];
}

const barLength = 20;

function bar({ used, limit }: QuotaUse): string {
  if (used === undefined || limit === undefined) return '';
  const part = limit === 0 ? 1 : Math.min(1, used / limit);
  const full = Math.round(part * barLength);
  return `${'█'.repeat(full)}${'░'.repeat(barLength - full)}`;
}

function columnsOf({ project, submitter = '' }: QuotaReport): readonly Column<QuotaUse>[] {
  return [
    { title: 'OF', cell: ({ of }) => (of === 'project' ? project : submitter) },
    { title: 'QUOTA', cell: ({ quota }) => quota, whole: true },
    { title: 'USED', cell: ({ quota, used }) => quotaText(quota, used), whole: true },
    {
      title: 'MOST',
      cell: ({ quota, limit }) => (limit === undefined ? 'unlimited' : quotaText(quota, limit)),
      whole: true,
    },
    { title: '', cell: bar, whole: true },
  ];
}

/** Of a submitter only what has a limit: all else is a part of what the project has. */
function reportLines(report: QuotaReport, width: number | undefined): string[] {
  const shown = report.quotas.filter(({ of, limit }) => of === 'project' || limit !== undefined);
  return tableOf(columnsOf(report), shown, width);
}
