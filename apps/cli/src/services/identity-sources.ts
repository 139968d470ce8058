import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AuthOptions } from '@rondel/api';
import { given, RondelError } from '@rondel/contracts';
import type { Command } from 'commander';
import { collect } from '../shell/shell.js';
import type { AuthMode } from './listening.js';

/** Who tells an API who people are. */
export interface IdentityOptions {
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
  readonly oidcClientSecretFile?: string;
  readonly oidcDeviceClientId?: string;
  readonly oidcAudience?: string;
  readonly oidcScope?: string;
  readonly proxyHeader?: string;
  readonly proxyGroupsHeader?: string;
  readonly accessMapping?: string;
  readonly trustedProxy?: readonly string[];
}

/** Each with its flag, its variable of the environment, and what it says. */
const sources = [
  ['oidcIssuer', '--oidc-issuer <url>', 'RONDEL_OIDC_ISSUER', 'with --auth oidc: address of the identity provider'],
  ['oidcClientId', '--oidc-client-id <id>', 'RONDEL_OIDC_CLIENT_ID', 'what the provider knows this server as'],
  [
    'oidcClientSecretFile',
    '--oidc-client-secret-file <file>',
    'RONDEL_OIDC_CLIENT_SECRET_FILE',
    'file with the secret of that client, if it has one',
  ],
  [
    'oidcDeviceClientId',
    '--oidc-device-client-id <id>',
    'RONDEL_OIDC_DEVICE_CLIENT_ID',
    'the client without a secret as which `rondel login` asks; the same one unless given',
  ],
  [
    'oidcAudience',
    '--oidc-audience <name>',
    'RONDEL_OIDC_AUDIENCE',
    'take access tokens for this API instead of ID tokens for the clients',
  ],
  [
    'oidcScope',
    '--oidc-scope <scopes>',
    'RONDEL_OIDC_SCOPE',
    'what is asked for at log-in, "openid profile" unless given',
  ],
  [
    'proxyHeader',
    '--proxy-header <name>',
    'RONDEL_PROXY_HEADER',
    'with --auth proxy: header in which the reverse proxy names who has logged in',
  ],
  [
    'proxyGroupsHeader',
    '--proxy-groups-header <name>',
    'RONDEL_PROXY_GROUPS_HEADER',
    'header in which it lists their groups',
  ],
  [
    'accessMapping',
    '--access-mapping <file>',
    'RONDEL_ACCESS_MAPPING',
    'TOML file that says which groups work for which projects, for --auth oidc and proxy',
  ],
] as const satisfies readonly (readonly [keyof IdentityOptions, string, string, string])[];

const proxyVariable = 'RONDEL_TRUSTED_PROXIES';

export function addIdentityOptions(command: Command): Command {
  for (const [, flags, variable, description] of sources) command.option(flags, `${description} (${variable})`);
  return command.option(
    '--trusted-proxy <address>',
    `reverse proxy whose word is believed, or its network such as 10.0.0.0/29 (repeatable; ${proxyVariable})`,
    collect,
  );
}

/** What of it `rondel api` is told, in its own words; variables of the environment reach it by themselves. */
export function identityParameters(options: IdentityOptions): string[] {
  return [
    ...sources.flatMap(([name, flags]) => {
      const value = options[name];
      return value === undefined ? [] : [flags.split(' ')[0] ?? '', value];
    }),
    ...(options.trustedProxy ?? []).flatMap((address) => ['--trusted-proxy', address]),
  ];
}

/** Options together with the variables of the environment. Throws `INVALID_REQUEST` where a mode lacks what it needs. */
export function identitySources(auth: AuthMode, options: IdentityOptions, environment: NodeJS.ProcessEnv): AuthOptions {
  const value = (name: (typeof sources)[number][0]) => {
    const variable = sources.find(([known]) => known === name)?.[2] ?? '';
    return options[name] ?? (environment[variable] || undefined);
  };
  const needed = (name: (typeof sources)[number][0]) => value(name) ?? missing(auth, name);
  const listed = (environment[proxyVariable] ?? '').split(/[\s,]+/).filter((address) => address !== '');
  const common = given({ auth, trustedProxies: options.trustedProxy ?? listed });
  if (auth !== 'oidc' && auth !== 'proxy') return common;
  const mappingFile = resolve(needed('accessMapping'));
  if (auth === 'proxy') {
    if (common.trustedProxies.length === 0) missing(auth, 'trustedProxy');
    return {
      ...common,
      mappingFile,
      proxy: { header: needed('proxyHeader'), groupsHeader: value('proxyGroupsHeader') },
    };
  }
  const secretFile = value('oidcClientSecretFile');
  const oidc = {
    issuer: needed('oidcIssuer'),
    clientId: needed('oidcClientId'),
    clientSecret: secretFile === undefined ? undefined : secretIn(secretFile),
    deviceClientId: value('oidcDeviceClientId'),
    audience: value('oidcAudience'),
    scope: value('oidcScope'),
  };
  return { ...common, mappingFile, oidc };
}

function missing(auth: AuthMode, name: keyof IdentityOptions): never {
  const [, flags, variable] = sources.find(([known]) => known === name) ?? [
    '',
    '--trusted-proxy <address>',
    proxyVariable,
  ];
  throw new RondelError('INVALID_REQUEST', `--auth ${auth} needs ${flags}, or its variable ${variable}.`);
}

function secretIn(file: string): string {
  try {
    const secret = readFileSync(file, 'utf8').trim();
    if (secret !== '') return secret;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RondelError('INVALID_REQUEST', `--oidc-client-secret-file ${file} cannot be read: ${reason}`, {
      cause: error,
    });
  }
  throw new RondelError('INVALID_REQUEST', `--oidc-client-secret-file ${file} is empty.`);
}
