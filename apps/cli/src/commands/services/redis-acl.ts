import { createHash, randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { RondelError } from '@rondel/contracts';
import { rulesOfApi, rulesOfWorker } from '@rondel/local';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { poolNames, type RunAction } from '../../shell/shell.js';

interface AclOptions {
  readonly pool?: string[];
  readonly workers: string;
  readonly user?: string;
}

export function addRedisAcl(program: Command, run: RunAction): void {
  program
    .command('redis-acl')
    .description(
      'print users of Redis that may do no more than an API and the workers of a pool need, each with a new password; needs Redis 7 or Valkey',
    )
    .option('--pool <pools>', 'pools of the workers, separated by commas; all unless given', poolNames)
    .option(
      '--workers <beginning>',
      'what the ids of these workers begin with, as a rule the name of their machine',
      '',
    )
    .option('--user <name>', 'name of the user of the workers; rondel-worker and the pools unless given')
    .action((options: AclOptions) => run((context) => Promise.resolve(print(options, context))));
}

/** What can stand in a rule and an address as it is. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

function print(
  { pool = [], workers, user = ['rondel-worker', ...pool].join('-') }: AclOptions,
  context: Context,
): ExitCode {
  if (!plainName.test(user)) throw wrong(`--user ${user}`, 'a name has letters, digits, ".", "_" and "-" only');
  if (workers !== '' && !/^[a-z0-9-]{1,100}$/.test(workers))
    throw wrong(`--workers ${workers}`, 'ids of workers have small letters, digits and "-" only');
  const users = [userWith('rondel-api', rulesOfApi()), userWith(user, rulesOfWorker({ pools: pool, workers }))];
  context.printJson({ users });
  for (const { acl } of users) context.print(acl);
  for (const { name, password } of users) context.note(`REDIS_URL=rediss://${name}:${password}@HOST:PORT`);
  context.note(
    'Send the lines above to Redis, e.g. with redis-cli, then ACL SAVE or CONFIG REWRITE. Each password is told only once.',
  );
  return exitCodes.done;
}

/** Redis is told the hash of its password alone. */
function userWith(name: string, rules: readonly string[]) {
  const password = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(password).digest('hex');
  return { name, password, acl: `ACL SETUSER ${name} reset on #${hash} ${rules.join(' ')}` };
}

function wrong(option: string, because: string): RondelError {
  return new RondelError('INVALID_REQUEST', `${option}: ${because}.`);
}
