import type { Command } from 'commander';
import type { StoreCleaning, StorePolicy, StoreReport } from '@rondel/contracts';
import type { Context } from '../context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { bytesText, secondsText } from '../quantity.js';
import type { RunAction } from '../shell.js';
import { tableLines } from '../table.js';

export function addStore(program: Command, run: RunAction): void {
  const store = program.command('store').description('look at the artifact store and clean it');
  store
    .command('usage')
    .description('show what lies in the store, by kind and by age')
    .action(() => run(showUsage));
  store
    .command('clean')
    .description('remove now what is older than the API keeps it, which it does every hour by itself')
    .option('--dry-run', 'only say what would go')
    .action(({ dryRun = false }: { dryRun?: boolean }) => run((context) => clean(dryRun, context)));
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

function usageLines({ kinds, bytes, policy }: StoreReport): string[] {
  const rows = kinds
    .filter(({ files }) => files > 0)
    .map(({ kind, files, bytes: sum, ages: { day, week, month, older } }) => [
      kind,
      String(files),
      ...[sum, day, week, month, older].map(bytesText),
    ]);
  return [
    ...tableLines(['KIND', 'FILES', 'BYTES', 'LAST DAY', 'WEEK', '30 DAYS', 'OLDER'], rows),
    `${bytesText(bytes)} in all. ${policyText(policy)}`,
  ];
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
  const gone = `${results.files + uploads.files} artifacts of ${bytesText(results.bytes + uploads.bytes)} and ${records} records`;
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
