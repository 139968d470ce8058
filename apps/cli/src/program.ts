import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addApi } from './commands/api.js';
import { addCancel } from './commands/cancel.js';
import { addData } from './commands/data.js';
import { addDemo } from './commands/demo.js';
import { addDoctor } from './commands/doctor.js';
import { addGet } from './commands/get.js';
import { addLs } from './commands/ls.js';
import { addPlan } from './commands/plan.js';
import { addPools } from './commands/pools.js';
import { addRetry } from './commands/retry.js';
import { addSessions } from './commands/sessions.js';
import { addShow } from './commands/show.js';
import { addStore } from './commands/store.js';
import { addSubmit } from './commands/submit.js';
import { addSweep } from './commands/sweep.js';
import { addSweeps } from './commands/sweeps.js';
import { addUp } from './commands/up.js';
import { addWatch } from './commands/watch.js';
import { addWorker } from './commands/worker.js';
import { addWorkers } from './commands/workers.js';
import { defaultServer, type Terminal } from './context.js';
import type { AddCommand, RunAction } from './shell.js';

/** In the order in which the help lists them. */
const commands: readonly AddCommand[] = [
  addUp,
  addDemo,
  addSubmit,
  addSweep,
  addLs,
  addShow,
  addWatch,
  addGet,
  addCancel,
  addRetry,
  addSweeps,
  addPlan,
  addSessions,
  addData,
  addStore,
  addWorkers,
  addPools,
  addDoctor,
  addApi,
  addWorker,
];

const exitCodeHelp = `
Exit codes: 0 done, 1 the job failed, 2 wrong usage or invalid plan, 3 the server can't be reached,
4 cancelled, 5 timed out.`;

/** The command line as commander knows it. Parsing throws `CommanderError` instead of ending the process. */
export function createProgram(terminal: Terminal, run: RunAction, json: boolean): Command {
  const program = new Command('rondel')
    .description('Run image-reconstruction plans on a fleet of workers.')
    .version(version())
    .option('--json', 'print one JSON document (or JSON lines) and nothing else on standard output')
    .option('--server <url>', `address of the API (RONDEL_URL, default ${defaultServer})`)
    .option('--token <token>', 'credentials for the API (RONDEL_TOKEN)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => (json ? true : terminal.stderr.write(text)),
    })
    .showHelpAfterError('Add --help for what it takes.')
    .addHelpText('after', exitCodeHelp)
    .exitOverride();
  for (const add of commands) add(program, run);
  inheritSettings(program);
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
  const facts: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof facts === 'object' && facts !== null && 'version' in facts ? String(facts.version) : 'unknown';
}
