import { InvalidArgumentError, Option, type Command } from 'commander';
import { roles, RondelError, type Role, type TokenRecord } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import type { RunAction } from '../../shell/shell.js';
import { tokenIdOf } from '../../shell/short-id.js';
import { plainText } from '../../terminal/plain-text.js';
import { agoText, ageText } from '../../terminal/quantity.js';
import { tableOf, type Column } from '../../terminal/table.js';

interface CreateOptions {
  readonly project: string;
  readonly role: Role;
  readonly expires?: string;
}

export function addToken(program: Command, run: RunAction): void {
  const token = program
    .command('token')
    .description('what people and programs show to be let in; making, listing and revoking needs the role admin');
  token
    .command('create')
    .description('make a token and print it, which happens once: it is kept nowhere')
    .argument('<name>', 'what people call it, and the submitter of what is submitted with it')
    .option('--project <project>', 'what it sees and adds to', 'default')
    .addOption(new Option('--role <role>', 'what may be done with it').choices(roles).default('submitter'))
    .option(
      '--expires <time>',
      'after 12h, 30d or 4w, or at a time such as 2027-01-31T12:00Z; never unless given',
      expiry,
    )
    .action((name: string, options: CreateOptions) => run((context) => create(name, options, context)));
  token
    .command('list')
    .description('list the tokens, without what opens anything')
    .action(() => run(list));
  token
    .command('revoke')
    .description('have tokens, and whoever has logged in with them, let in no more, within a second')
    .argument('<ids...>', 'ids of tokens, or their beginnings')
    .action((ids: string[]) => run((context) => revoke(ids, context)));
  token
    .command('show')
    .description('print what this command line shows the server, for programs such as curl')
    .action(() => run(show));
}

const secondsOf: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A span of time from now on, or a time: as a time. */
export function expiry(text: string): string {
  const [, count, unit = ''] = /^(\d{1,5})([mhdw])$/.exec(text) ?? [];
  const milliseconds =
    count === undefined ? timeOf(text) : Date.now() + Number(count) * (secondsOf[unit] ?? Number.NaN) * 1000;
  if (Number.isFinite(milliseconds)) return new Date(milliseconds).toISOString();
  throw new InvalidArgumentError('It must be a span such as 12h, 30d or 4w, or a time such as 2027-01-31T12:00Z.');
}

/** Of an ISO 8601 date, which has no other meaning in another country. */
function timeOf(text: string): number {
  return /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? Date.parse(text) : Number.NaN;
}

async function create(name: string, options: CreateOptions, context: Context): Promise<ExitCode> {
  const { project, role, expires: expiresAt } = options;
  const token = { name, project, role, ...(expiresAt !== undefined && { expiresAt }) };
  const created = await context.client().createToken(token, { signal: context.signal });
  context.printJson(created);
  context.print(created.secret);
  const until = created.expiresAt === undefined ? '' : ` until ${created.expiresAt}`;
  context.note(
    `Token ${created.id}: ${plainText(created.name)}, ${created.role} of project ${created.project}${until}. It is not shown again.`,
  );
  return exitCodes.done;
}

async function show(context: Context): Promise<ExitCode> {
  const token = await context.token();
  if (token === undefined) {
    throw new RondelError(
      'UNAUTHENTICATED',
      `There is no token for ${context.server} here. \`rondel up\` leaves one for your account while it runs, unless with --auth none; for another server set RONDEL_TOKEN.`,
    );
  }
  context.printJson({ token });
  context.print(token);
  return exitCodes.done;
}

async function list(context: Context): Promise<ExitCode> {
  const tokens = await context.client().tokens({ signal: context.signal });
  context.printJson({ tokens });
  if (tokens.length === 0) context.print('There are no tokens.');
  else for (const line of tableOf(columns, tokens, context.width)) context.print(line);
  return exitCodes.done;
}

const columns: readonly Column<TokenRecord>[] = [
  { title: 'ID', cell: ({ id }) => id, whole: true },
  { title: 'NAME', cell: ({ name }) => plainText(name) },
  { title: 'PROJECT', cell: ({ project }) => project },
  { title: 'ROLE', cell: ({ role }) => role },
  { title: 'AGE', cell: ({ createdAt }) => ageText(createdAt) },
  { title: 'LAST USE', cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? 'never' : agoText(lastUsedAt)) },
  { title: 'EXPIRES', cell: ({ expiresAt }) => expiryText(expiresAt) },
];

function expiryText(expiresAt: string | undefined): string {
  if (expiresAt === undefined) return 'never';
  return Date.parse(expiresAt) <= Date.now() ? 'expired' : expiresAt.slice(0, 16);
}

async function revoke(typed: readonly string[], context: Context): Promise<ExitCode> {
  const { signal } = context;
  const client = context.client();
  const revoked: TokenRecord[] = [];
  // What was meant is clear before anything is done.
  const ids = await Promise.all(typed.map((text) => tokenIdOf(text, client, signal)));
  try {
    for (const id of new Set(ids)) {
      const token = await client.revokeToken(id, { signal });
      revoked.push(token);
      context.print(`Token ${token.id} (${plainText(token.name)}) is revoked.`);
    }
  } finally {
    if (revoked.length > 0) context.printJson({ revoked });
  }
  return exitCodes.done;
}
