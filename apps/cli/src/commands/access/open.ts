import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Rondel } from '@rondel/client';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import type { RunAction } from '../../shell/shell.js';
import { stateFolders } from '../../services/state-folder.js';

interface OpenOptions {
  readonly browser: boolean;
}

export function addOpen(program: Command, run: RunAction): void {
  program
    .command('open')
    .description('open the dashboard in a browser and log in there, once, as whoever asks; prints the address')
    .option('--no-browser', 'only print it')
    .action((options: OpenOptions) => run((context) => open(options, context)));
}

async function open({ browser }: OpenOptions, context: Context): Promise<ExitCode> {
  const client = context.client();
  const { path, expiresAt } = await linkOf(client, context.signal);
  const url = `${client.url}${path}`;
  const opens = browser && !context.json && hasScreen(context.environment);
  context.printJson({ url, ...(expiresAt !== undefined && { expiresAt }) });
  context.print(url);
  if (opens) await showPage(url, context);
  return exitCodes.done;
}

/** Where nobody logs in, the address is no secret and good for ever. */
async function linkOf(client: Rondel, signal: AbortSignal): Promise<{ path: string; expiresAt?: string }> {
  const { ways } = await client.loginState({ signal });
  return ways.length === 0 ? { path: '/' } : client.loginLink({ signal });
}

function hasScreen({ DISPLAY, WAYLAND_DISPLAY }: NodeJS.ProcessEnv): boolean {
  return process.platform !== 'linux' || Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY);
}

/**
 * By a page that only this account can read and that leads on to the link: other users of the machine can see what
 * programs are started with.
 */
async function showPage(url: string, context: Context): Promise<void> {
  const { home } = stateFolders(context.environment);
  const page = join(home, 'open.html');
  await mkdir(home, { recursive: true, mode: 0o700 });
  await rm(page, { force: true });
  const address = encodeURI(url);
  await writeFile(page, `<!doctype html><meta http-equiv="refresh" content="0;url=${address}">`, {
    mode: 0o600,
    flag: 'wx',
  });
  const { default: openWith } = await import('open');
  await openWith(page);
}
