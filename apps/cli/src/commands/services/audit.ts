import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { RondelError } from '@rondel/contracts';
import { Check, Type } from '@rondel/contracts/schema';
import {
  readTrailKey,
  readTrails,
  TrailHeadSchema,
  verifyTrailFile,
  verifyTrails,
  type TrailEntry,
  type TrailFilter,
  type TrailProblem,
  type TrailReport,
  type TrailSummary,
  type Witnessed,
} from '@rondel/telemetry/trail';
import { duration } from '../../services/store-policy.js';
import { stateFolders } from '../../services/state-folder.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import type { RunAction } from '../../shell/shell.js';
import type { Context } from '../../terminal/context.js';
import { plainText } from '../../terminal/plain-text.js';
import { tableOf, type Column } from '../../terminal/table.js';

interface VerifyOptions {
  readonly key?: string;
  readonly heads?: string;
}

export function addAudit(program: Command, run: RunAction): void {
  const audit = program
    .command('audit')
    .description('read the audit log, and find out whether somebody has changed it');
  audit
    .command('verify')
    .description('compare every line of the audit log with its hash; exits with 1 where one does not fit')
    .argument('[path]', 'folder of the audit log, or one of its files (RONDEL_AUDIT_LOG)')
    .option('--key <file>', 'key that the lines were sealed with (RONDEL_AUDIT_KEY)')
    .option('--heads <file>', 'what `audit verify --json` has printed before, kept elsewhere: it must still be there')
    .action((path: string | undefined, options: VerifyOptions) => run((context) => verify(path, options, context)));
  audit
    .command('show')
    .description('print the entries of the audit log in the order of their times, without comparing their hashes')
    .argument('[path]', 'folder of the audit log (RONDEL_AUDIT_LOG)')
    .option('--who <name>', 'of this account or token')
    .option('--project <project>', 'of this project')
    .option('--what <text>', 'with this in method and route, e.g. DELETE or /result')
    .option('--id <id>', 'about this job, artifact or other thing, or what begins so')
    .option('--from <address>', 'from this address')
    .option('--refused', 'that were refused')
    .option('--since <time>', 'from this time on, e.g. 2026-11-29T08:00Z or 24h ago', timeOf)
    .option('--until <time>', 'before this time', timeOf)
    .action((path: string | undefined, filter: TrailFilter) => run((context) => show(path, filter, context)));
}

async function verify(path: string | undefined, options: VerifyOptions, context: Context): Promise<ExitCode> {
  const place = placeOf(path, context);
  const keyFile = options.key ?? (context.environment.RONDEL_AUDIT_KEY || undefined);
  const key = keyFile === undefined ? undefined : await readTrailKey('--key', keyFile);
  const heads = options.heads === undefined ? [] : await keptHeads(options.heads);
  const isFolder = (await statOf(place)).isDirectory();
  const report = isFolder
    ? await verifyTrails(place, { key, heads })
    : await verifyTrailFile(place, basename(place), { key });
  if (key === undefined && report.trails.some(({ sealed }) => sealed)) {
    throw new RondelError(
      'INVALID_REQUEST',
      `Lines in ${place} were sealed with a key: name the file that holds it with --key or RONDEL_AUDIT_KEY.`,
    );
  }
  const ok = report.problems.length === 0;
  context.printJson({ ok, ...report });
  for (const line of reportLines(report, context)) context.print(plainText(line));
  return ok ? exitCodes.done : exitCodes.failed;
}

async function show(path: string | undefined, filter: TrailFilter, context: Context): Promise<ExitCode> {
  const place = placeOf(path, context);
  if (!(await statOf(place)).isDirectory())
    throw new RondelError('INVALID_REQUEST', `${place} is one file. Name the folder of the audit log.`);
  for await (const entry of readTrails(place, filter)) {
    if (context.signal.aborted) return exitCodes.cancelled;
    context.printJson(entry);
    context.print(plainText(entryLine(entry)));
  }
  return exitCodes.done;
}

function placeOf(path: string | undefined, { environment }: Context): string {
  return resolve(path ?? (environment.RONDEL_AUDIT_LOG || stateFolders(environment).audit));
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new RondelError(
      'NOT_FOUND',
      `There is no audit log ${path}. Name the folder that --audit-log or RONDEL_AUDIT_LOG named where the API runs.`,
      { cause: error },
    );
  }
}

const KeptHeadsSchema = Type.Object({ trails: Type.Array(Type.Object({ head: Type.Optional(TrailHeadSchema) })) });

async function keptHeads(path: string): Promise<Witnessed[]> {
  const text = await readFile(path, 'utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (Check(KeptHeadsSchema, value)) return value.trails.flatMap(({ head }) => (head ? [{ ...head, by: path }] : []));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new RondelError('INVALID_REQUEST', `--heads ${path} is not what \`rondel audit verify --json\` prints.`);
}

const trailColumns: readonly Column<TrailSummary>[] = [
  { title: 'TRAIL', cell: ({ trail }) => trail, whole: true },
  { title: 'FILES', cell: ({ files }) => String(files) },
  { title: 'LINES', cell: ({ lines }) => String(lines) },
  { title: 'FROM', cell: ({ from = '' }) => from },
  { title: 'TO', cell: ({ to = '' }) => to },
  { title: 'SEALED', cell: ({ sealed }) => (sealed ? 'key' : 'hash') },
  { title: 'STATE', cell: ({ state }) => state },
];

function reportLines({ trails, problems, notes }: TrailReport, { width, colors }: Context): string[] {
  const lines = trails.reduce((sum, one) => sum + one.lines, 0);
  return [
    ...tableOf(trailColumns, trails, width),
    ...notes.map((note) => `${colors.dim('note')} ${problemText(note)}`),
    ...problems.map((problem) => `${colors.red('broken')} ${problemText(problem)}`),
    problems.length === 0
      ? `All ${lines} lines are as they were written.`
      : 'The audit log is not as it was written. Keep a copy of it as it is, and compare it with what was kept elsewhere.',
  ];
}

function problemText({ file, line, cause }: TrailProblem): string {
  return `${file}${line === undefined ? '' : `, line ${line},`} ${cause}`;
}

function entryLine({
  at,
  who,
  via,
  role,
  what,
  deed,
  project,
  ids = [],
  from,
  status,
  code,
  times,
}: TrailEntry): string {
  const outcome = [status === 0 ? 'no answer' : status, code].filter((part) => part !== undefined).join(' ');
  const whom = [who ?? (via === 'none' ? 'anyone' : '-'), role, project].filter((part) => part !== undefined).join(' ');
  const parts = [
    at,
    whom,
    deed === undefined ? what : `${what} (${deed})`,
    outcome,
    times === undefined ? '' : `${times} times`,
    from ?? '',
    ids.join(','),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** A date, or how long ago. */
function timeOf(text: string): Date {
  const [, before] = /^(\d+(?:\.\d+)?[mhdw])(?: ago)?$/.exec(text.trim()) ?? [];
  const at = before === undefined ? Date.parse(text) : Date.now() - duration(before) * 1000;
  if (!Number.isNaN(at)) return new Date(at);
  throw new InvalidArgumentError(
    'It must be a time such as 2026-11-29T08:00Z, or how long ago, such as 90m, 24h or 7d.',
  );
}
