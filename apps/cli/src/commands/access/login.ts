import { RondelError, type DeviceLogin } from '@rondel/contracts';
import { createClient } from '@rondel/client';
import type { Command } from 'commander';
import { deviceFlow } from '../../access/device-flow.js';
import { loginFile, serverName, writeLogin } from '../../access/stored-login.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import type { RunAction } from '../../shell/shell.js';
import type { Context } from '../../terminal/context.js';

export function addLogin(program: Command, run: RunAction): void {
  program
    .command('login')
    .description('log in at the identity provider of a server, in a browser on any machine')
    .action(() => run(logIn));
}

async function logIn(context: Context): Promise<ExitCode> {
  const server = serverName(context.server);
  const device = await deviceOf(server, context);
  const tokens = await deviceFlow(
    device,
    ({ address, code }) => {
      // Also with --json, as nobody could go on without.
      context.stderr.write(`Open ${address}\nand confirm the code ${code}. Waiting for you to log in there ...\n`);
    },
    context.signal,
  );
  const identity = await createClient({ url: server, token: tokens.token, fetch: context.transport() }).identity(
    context,
  );
  const file = loginFile(server, context.environment);
  await writeLogin(file, { server, ...device, ...tokens });
  context.printJson({ server, issuer: device.issuer, ...identity });
  context.print(`You are ${identity.name ?? 'somebody'} at ${server}, ${identity.role} of ${identity.project}.`);
  return exitCodes.done;
}

async function deviceOf(server: string, context: Context): Promise<DeviceLogin> {
  const { protocol, hostname } = new URL(server);
  if (protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
    throw new RondelError(
      'INVALID_REQUEST',
      `${server} is asked without TLS, so others could read what you log in with. Name it with https:// in --server.`,
    );
  }
  const { ways, device } = await createClient({ url: server, fetch: context.transport() }).loginState(context);
  if (device !== undefined) return device;
  throw new RondelError(
    'INVALID_REQUEST',
    ways.includes('token')
      ? `${server} has no identity provider. Get a token from whoever runs it, and set RONDEL_TOKEN.`
      : `Nobody logs in at ${server} from the command line.`,
  );
}
