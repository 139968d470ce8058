import { isIP } from 'node:net';
import { Option, type Command } from 'commander';
import { RondelError } from '@rondel/contracts';
import { collect } from '../shell/shell.js';

/** How an API finds out who asks. */
export const authModes = ['none', 'token', 'oidc', 'proxy'] as const;
export type AuthMode = (typeof authModes)[number];

/** Where an API listens, and under which names it answers. */
export interface ListenOptions {
  /** An address of this machine. @default 127.0.0.1 */
  readonly host: string;
  /** Further names under which people reach it. @default none */
  readonly allowHost: readonly string[];
  /** Listens beyond loopback although nobody is asked who they are. @default false */
  readonly insecureNoAuth?: boolean;
  /** How people show who they are. @default RONDEL_AUTH, else none; of `rondel up` token, unless `insecureNoAuth` */
  readonly auth?: AuthMode;
}

/** @param unlessGiven Mode where nobody says one. */
export function addListenOptions(command: Command, unlessGiven: AuthMode): Command {
  return command
    .option('--host <address>', 'address to listen on; beyond loopback only with --auth', '127.0.0.1')
    .addOption(
      new Option(
        '--auth <mode>',
        `who is let in: whoever reaches it (none), those with a token (token), also those whom an identity provider (oidc) or a reverse proxy (proxy) names (RONDEL_AUTH, default ${unlessGiven})`,
      ).choices(authModes),
    )
    .option(
      '--insecure-no-auth',
      'listen beyond loopback although nobody is asked who they are: everybody who can reach the address can submit, read and delete everything (RONDEL_INSECURE_NO_AUTH=1)',
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

/**
 * Options together with the variables of the environment. Throws `INVALID_REQUEST`.
 *
 * @param unlessGiven Mode where nobody says one; who asks for `insecureNoAuth` has said it.
 */
export function listening(options: ListenOptions, environment: NodeJS.ProcessEnv, unlessGiven: AuthMode) {
  const { RONDEL_ALLOW_HOSTS, RONDEL_INSECURE_NO_AUTH } = environment;
  const isInsecure = options.insecureNoAuth === true || RONDEL_INSECURE_NO_AUTH === '1';
  const auth = options.auth ?? modeIn(environment) ?? (isInsecure ? 'none' : unlessGiven);
  if (auth === 'none') checkHost(options.host, isInsecure);
  const listed = (RONDEL_ALLOW_HOSTS ?? '').split(/[\s,]+/).filter((name) => name !== '');
  return { host: options.host, auth, allowedHosts: [...options.allowHost, ...listed].map(checkedName) };
}

function modeIn({ RONDEL_AUTH }: NodeJS.ProcessEnv): AuthMode | undefined {
  if (RONDEL_AUTH === undefined || RONDEL_AUTH.trim() === '') return undefined;
  const mode = authModes.find((known) => known === RONDEL_AUTH.trim());
  if (mode !== undefined) return mode;
  throw new RondelError('INVALID_REQUEST', `RONDEL_AUTH=${RONDEL_AUTH}: it must be one of ${authModes.join(', ')}.`);
}

function checkHost(host: string, isInsecure: boolean): void {
  if (isInsecure || host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) return;
  throw new RondelError(
    'INVALID_REQUEST',
    `--host ${host} would open the API to the network, and nobody would have to log in: everybody who can reach ${host} could submit, read, cancel and delete everything. Add --auth token, so that only those with a token are let in; listen on 127.0.0.1; or add --insecure-no-auth if that is meant.`,
  );
}

function checkedName(name: string): string {
  if (/^[\w.-]+$/.test(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return name;
  throw new RondelError(
    'INVALID_REQUEST',
    `--allow-host ${name}: write a name or an address, without http:// and port.`,
  );
}
