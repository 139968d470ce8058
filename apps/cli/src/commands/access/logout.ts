import { rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { toFailure } from '@rondel/contracts';
import { revoked } from '../../access/device-flow.js';
import { loginFile, readLogin, serverName } from '../../access/stored-login.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import type { RunAction } from '../../shell/shell.js';
import type { Context } from '../../terminal/context.js';

export function addLogout(program: Command, run: RunAction): void {
  program
    .command('logout')
    .description('forget who you have logged in as at a server')
    .action(() => run(logOut));
}

async function logOut(context: Context): Promise<ExitCode> {
  const server = serverName(context.server);
  const file = loginFile(server, context.environment);
  const login = readLogin(file);
  await rm(file, { force: true });
  if (login !== undefined) {
    await revoked(login).catch((error: unknown) => {
      context.note(`Here it is forgotten, but the identity provider was not told: ${toFailure(error).message}`);
    });
  }
  context.printJson({ server, wasLoggedIn: login !== undefined });
  context.print(login === undefined ? `You were not logged in at ${server}.` : `You are logged out of ${server}.`);
  return exitCodes.done;
}
