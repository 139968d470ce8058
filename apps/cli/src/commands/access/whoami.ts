import type { Command } from 'commander';
import type { Identity } from '@rondel/contracts';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import type { RunAction } from '../../shell/shell.js';
import type { Context } from '../../terminal/context.js';
import { plainText } from '../../terminal/plain-text.js';

export function addWhoami(program: Command, run: RunAction): void {
  program
    .command('whoami')
    .description('print who the server takes this command line for, and what that may do')
    .action(() => run(whoami));
}

async function whoami(context: Context): Promise<ExitCode> {
  const identity = await context.client().identity({ signal: context.signal });
  context.printJson(identity);
  context.print(sentence(identity));
  const others = (identity.projects ?? []).filter(({ project }) => project !== identity.project);
  for (const { project, role } of others) context.print(`  with RONDEL_PROJECT=${project}: ${role}`);
  return exitCodes.done;
}

function sentence({ name, role, project, via, token }: Identity): string {
  if (via === 'none') return 'Nobody is asked here who they are: everybody who reaches the server may do everything.';
  const how = token === undefined ? '' : `, by token ${token}`;
  return `${plainText(name ?? 'Somebody')}, ${role} of project ${project}${how}`;
}
