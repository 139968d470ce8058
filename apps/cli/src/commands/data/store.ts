import type { Command } from 'commander';
import {
  quantity,
  type Damage,
  type PassingDamage,
  type StoreCleaning,
  type StoreKind,
  type StorePolicy,
  type StoreReport,
} from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { bytesText, secondsText } from '../../terminal/quantity.js';
import { transferDisplay } from '../../terminal/progress-display.js';
import type { RunAction } from '../../shell/shell.js';
import { tableOf, type Column } from '../../terminal/table.js';

export function addStore(program: Command, run: RunAction): void {
  const store = program.command('store').description('look at the artifact store and clean it');
  store
    .command('usage')
    .description('show what lies in the store, by kind and by age')
    .action(() => run(showUsage));
  store
    .command('clean')
    .description('remove now what the API would remove within the hour')
    .option('--dry-run', 'only show what would be removed')
    .action(({ dryRun = false }: { dryRun?: boolean }) => run((context) => clean(dryRun, context)));
  store
    .command('check')
    .description(
      'read all artifacts, shared results, checkpoints and parts of jobs and name what has changed on the disk',
    )
    .option(
      '--repair',
      'move damaged artifacts away, so that an upload or a job that runs again stores them anew, and delete what else is damaged',
    )
    .action(({ repair = false }: { repair?: boolean }) => run((context) => check(repair, context)));
}

async function showUsage(context: Context): Promise<ExitCode> {
  const report = await context.client().store({ fresh: true, signal: context.signal });
  context.printJson(report);
  for (const line of usageLines(report)) context.print(line);
  return exitCodes.done;
}

async function clean(dryRun: boolean, context: Context): Promise<ExitCode> {
  const cleaning = await context.client().cleanStore({ dryRun, signal: context.signal });
  context.printJson(cleaning);
  for (const line of cleaningLines(cleaning)) context.print(line);
  return exitCodes.done;
}

const checkedKinds: ReadonlySet<StoreKind> = new Set(['results', 'uploads', 'shared', 'checkpoints', 'parts']);

/** Goes through the store part by part; holds no more than one of them. */
async function check(repair: boolean, context: Context): Promise<ExitCode> {
  const client = context.client();
  const { kinds } = await client.store({ signal: context.signal });
  const read = kinds.filter(({ kind }) => checkedKinds.has(kind));
  const display = transferDisplay(
    context,
    'Checking',
    read.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  const sum = { files: 0, bytes: 0, damaged: 0 };
  try {
    for (let after: string | undefined, more = true; more;) {
      const part = await client.checkStore({ ...(after !== undefined && { after }), repair, signal: context.signal });
      display.advance(part.checked.bytes);
      sum.files += part.checked.files;
      sum.bytes += part.checked.bytes;
      sum.damaged += part.damaged.length + part.passing.length;
      for (const damage of part.damaged) {
        context.printJson(damage);
        for (const line of damageLines(damage)) context.print(line);
      }
      for (const damage of part.passing) {
        context.printJson(damage);
        context.print(passingLine(damage));
      }
      after = part.next;
      more = after !== undefined;
    }
  } finally {
    display.end();
  }
  context.printJson({ checked: { files: sum.files, bytes: sum.bytes }, damaged: sum.damaged, repair });
  context.print(
    `${sum.files} files of ${bytesText(sum.bytes)} checked, ${sum.damaged} damaged.${hint(sum.damaged, repair)}`,
  );
  return sum.damaged === 0 ? exitCodes.done : exitCodes.failed;
}

function damageLines({ artifact, bytes, found, repaired, made, used, needed }: Damage): string[] {
  const problem = found === undefined ? 'the disk cannot read it' : `its bytes have SHA-256 ${found}`;
  return [
    `${artifact} (${bytesText(bytes)}) is damaged: ${problem}${repaired ? '; moved to the trash' : ''}`,
    ...(made.count === 0 ? [] : [`  made by ${jobsText(made)}`]),
    ...(used.count === 0 ? [] : [`  used by ${jobsText(used)}`]),
    ...(needed ? ['  needed by work that has not ended'] : []),
  ];
}

const passingNames: Record<PassingDamage['kind'], string> = {
  shared: 'A shared result',
  checkpoints: 'A checkpoint',
  parts: 'A part',
};

function passingLine({ kind, name, job, bytes, repaired }: PassingDamage): string {
  const whose = job === undefined ? '' : ` of job ${job}`;
  return `${passingNames[kind]}${whose} (${bytesText(bytes)}) is damaged: ${name}${repaired ? '; deleted' : ''}`;
}

function jobsText({ count, jobs }: Damage['made']): string {
  const more = count - jobs.length;
  return `${jobs.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function hint(damaged: number, repair: boolean): string {
  if (damaged === 0) return '';
  return repair
    ? ' Put uploads again with `rondel data put`, and run jobs again with `rondel retry`.'
    : ' `rondel store check --repair` moves damaged ones away, so that they can be stored anew.';
}

const usageColumns: readonly Column<StoreReport['kinds'][number]>[] = [
  { title: 'KIND', cell: ({ kind }) => kind },
  { title: 'FILES', cell: ({ files }) => String(files) },
  { title: 'BYTES', cell: ({ bytes }) => bytesText(bytes) },
  { title: 'LAST DAY', cell: ({ ages }) => bytesText(ages.day) },
  { title: 'WEEK', cell: ({ ages }) => bytesText(ages.week) },
  { title: '30 DAYS', cell: ({ ages }) => bytesText(ages.month) },
  { title: 'OLDER', cell: ({ ages }) => bytesText(ages.older) },
];

function usageLines({ kinds, bytes, policy }: StoreReport): string[] {
  const present = kinds.filter(({ files }) => files > 0);
  return [...tableOf(usageColumns, present), `${bytesText(bytes)} in all. ${policyText(policy)}`];
}

function policyText(policy: StorePolicy): string {
  const { keepResultsSeconds, keepUploadsSeconds, keepRecordsSeconds, storeLimitBytes } = policy;
  const kept = [
    ['results', keepResultsSeconds],
    ['uploads', keepUploadsSeconds],
    ['records', keepRecordsSeconds],
  ] as const;
  const words = kept.map(([what, seconds]) =>
    seconds === undefined ? `${what} for ever` : `${what} for ${daysText(seconds)}`,
  );
  const limit = storeLimitBytes === undefined ? '' : `, at most ${bytesText(storeLimitBytes)} in all`;
  return `Kept: ${words.join(', ')}${limit}.`;
}

function daysText(seconds: number): string {
  return seconds < 86_400 ? secondsText(seconds) : `${Number((seconds / 86_400).toFixed(1))} days`;
}

function cleaningLines(cleaning: StoreCleaning): string[] {
  const { dryRun, results, uploads, records, deleted, graceSeconds, overBytes } = cleaning;
  const gone = `${quantity(results.files + uploads.files, 'artifact')} of ${bytesText(results.bytes + uploads.bytes)} and ${quantity(records, 'record')}`;
  const lines = dryRun
    ? [`${gone} would go.`]
    : [
        `${gone} go. Artifacts wait ${secondsText(graceSeconds)} in the trash, in case somebody names one of them.`,
        `${deleted.files} artifacts of ${bytesText(deleted.bytes)} that had waited are deleted.`,
      ];
  if (overBytes > 0) {
    lines.push(
      `The store is over its limit by ${bytesText(overBytes)} still: the rest is needed, or younger than a day.`,
    );
  }
  return lines;
}
