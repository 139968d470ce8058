import { buildIdentity } from '@rondel/telemetry/build-identity';
import { Command } from 'commander';
import { defaultServer, type Terminal } from '../terminal/context.js';
import type { AddCommand, RunAction } from './shell.js';

interface CommandEntry {
  readonly name: string;
  readonly load: () => Promise<AddCommand>;
}

/** In the order in which the help lists them. A command line opens the module of the one that it names, no other. */
const commands: readonly CommandEntry[] = [
  { name: 'up', load: async () => (await import('../commands/services/up.js')).addUp },
  { name: 'demo', load: async () => (await import('../commands/services/demo.js')).addDemo },
  { name: 'submit', load: async () => (await import('../commands/jobs/submit.js')).addSubmit },
  { name: 'try', load: async () => (await import('../commands/jobs/try.js')).addTry },
  { name: 'sweep', load: async () => (await import('../commands/sweeps/sweep.js')).addSweep },
  { name: 'ls', load: async () => (await import('../commands/jobs/ls.js')).addLs },
  { name: 'show', load: async () => (await import('../commands/jobs/show.js')).addShow },
  { name: 'watch', load: async () => (await import('../commands/jobs/watch.js')).addWatch },
  { name: 'get', load: async () => (await import('../commands/jobs/get.js')).addGet },
  { name: 'cancel', load: async () => (await import('../commands/jobs/cancel.js')).addCancel },
  { name: 'erase', load: async () => (await import('../commands/jobs/erase.js')).addErase },
  { name: 'retry', load: async () => (await import('../commands/jobs/retry.js')).addRetry },
  { name: 'sweeps', load: async () => (await import('../commands/sweeps/sweeps.js')).addSweeps },
  { name: 'plan', load: async () => (await import('../commands/plans/plan.js')).addPlan },
  { name: 'sessions', load: async () => (await import('../commands/plans/sessions.js')).addSessions },
  { name: 'algorithms', load: async () => (await import('../commands/plans/algorithms.js')).addAlgorithms },
  { name: 'data', load: async () => (await import('../commands/data/data.js')).addData },
  { name: 'store', load: async () => (await import('../commands/data/store.js')).addStore },
  { name: 'workers', load: async () => (await import('../commands/services/workers.js')).addWorkers },
  { name: 'pools', load: async () => (await import('../commands/services/pools.js')).addPools },
  { name: 'quota', load: async () => (await import('../commands/services/quota.js')).addQuota },
  { name: 'login', load: async () => (await import('../commands/access/login.js')).addLogin },
  { name: 'logout', load: async () => (await import('../commands/access/logout.js')).addLogout },
  { name: 'completion', load: async () => (await import('../commands/services/completion.js')).addCompletion },
  { name: 'open', load: async () => (await import('../commands/access/open.js')).addOpen },
  { name: 'token', load: async () => (await import('../commands/access/token.js')).addToken },
  { name: 'whoami', load: async () => (await import('../commands/access/whoami.js')).addWhoami },
  { name: 'audit', load: async () => (await import('../commands/services/audit.js')).addAudit },
  { name: 'bench', load: async () => (await import('../commands/services/bench.js')).addBench },
  { name: 'doctor', load: async () => (await import('../commands/services/doctor.js')).addDoctor },
  { name: 'api', load: async () => (await import('../commands/services/api.js')).addApi },
  { name: 'worker', load: async () => (await import('../commands/services/worker.js')).addWorker },
  { name: 'redis-acl', load: async () => (await import('../commands/services/redis-acl.js')).addRedisAcl },
];

const exitCodeHelp = `
Exit codes: 0 done, 1 the job failed, 2 wrong usage or invalid plan, 3 the server can't be reached,
4 cancelled, 5 timed out.

Help: a running API serves guides and a reference at /help, here ${defaultServer}/help.`;

/** The command line without its commands. Parsing throws `CommanderError` instead of ending the process. */
export function createProgram(terminal: Terminal, json: boolean): Command {
  return new Command('rondel')
    .description('Run image-reconstruction plans on a fleet of workers.')
    .version(version())
    .option('--json', 'print one JSON document (or JSON lines) and nothing else on standard output')
    .option('--server <url>', `address of the API (RONDEL_URL, default ${defaultServer})`)
    .option('--token <token>', 'credentials for the API (RONDEL_TOKEN)')
    .option(
      '--ca <file>',
      'PEM file with the certificate of the API, or of the authority that signed it, where no public one did (RONDEL_CA)',
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => (json ? true : terminal.stderr.write(text)),
    })
    .showHelpAfterError('Add --help for what it takes.')
    .addHelpText('after', exitCodeHelp)
    .exitOverride();
}

/** Adds the command that the command line names, and all of them for help and for what none is called. */
export async function addCommands(program: Command, run: RunAction, parameters: readonly string[]): Promise<void> {
  const [name] = program.parseOptions([...parameters]).operands;
  const named = commands.filter((command) => command.name === name);
  for (const add of await Promise.all((named.length > 0 ? named : commands).map(({ load }) => load())))
    add(program, run);
  inheritSettings(program);
}

/** With every command, to be looked at. */
export async function wholeProgram(terminal: Terminal): Promise<Command> {
  const program = createProgram(terminal, false);
  await addCommands(program, () => Promise.resolve(), []);
  return program;
}

/** Commands are added one below the other; each takes over how errors and help are written. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}

function version(): string {
  const { version: number, commit } = buildIdentity();
  return `${number} (${commit})`;
}
