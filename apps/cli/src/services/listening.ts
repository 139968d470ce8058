import { isIP } from 'node:net';
import type { Command } from 'commander';
import { RondelError } from '@rondel/contracts';
import { collect } from '../shell/shell.js';

/** Where an API listens, and under which names it answers. */
export interface ListenOptions {
  /** An address of this machine. @default 127.0.0.1 */
  readonly host: string;
  /** Further names under which people reach it. @default none */
  readonly allowHost: readonly string[];
  /** Listens beyond loopback although there is no log-in. @default false */
  readonly insecureNoAuth?: boolean;
}

export function addListenOptions(command: Command): Command {
  return command
    .option('--host <address>', 'address to listen on; beyond loopback only with --insecure-no-auth', '127.0.0.1')
    .option(
      '--insecure-no-auth',
      'listen beyond loopback although there is no log-in: everybody who can reach the address can submit, read and delete everything (RONDEL_INSECURE_NO_AUTH=1)',
    )
    .option(
      '--allow-host <name>',
      'another name under which people reach the API (repeatable; RONDEL_ALLOW_HOSTS)',
      collect,
      [],
    );
}

/** What of it `rondel api` is told, in its own words. */
export function listenParameters({ host, allowHost, insecureNoAuth }: ListenOptions): string[] {
  return [
    ...['--host', host],
    ...(insecureNoAuth === true ? ['--insecure-no-auth'] : []),
    ...allowHost.flatMap((name) => ['--allow-host', name]),
  ];
}

/** Options together with the variables of the environment. Throws `INVALID_REQUEST`. */
export function listening(options: ListenOptions, environment: NodeJS.ProcessEnv) {
  const { RONDEL_ALLOW_HOSTS, RONDEL_INSECURE_NO_AUTH } = environment;
  checkHost(options.host, options.insecureNoAuth === true || RONDEL_INSECURE_NO_AUTH === '1');
  const listed = (RONDEL_ALLOW_HOSTS ?? '').split(/[\s,]+/).filter((name) => name !== '');
  return { host: options.host, allowedHosts: [...options.allowHost, ...listed].map(checkedName) };
}

function checkHost(host: string, isInsecure: boolean): void {
  if (isInsecure || host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) return;
  throw new RondelError(
    'INVALID_REQUEST',
    `--host ${host} would open the API to the network, and it has no log-in: everybody who can reach ${host} could submit, read, cancel and delete everything. Listen on 127.0.0.1 behind something that has a log-in, or add --insecure-no-auth if that is meant.`,
  );
}

function checkedName(name: string): string {
  if (/^[\w.-]+$/.test(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return name;
  throw new RondelError(
    'INVALID_REQUEST',
    `--allow-host ${name}: write a name or an address, without http:// and port.`,
  );
}
