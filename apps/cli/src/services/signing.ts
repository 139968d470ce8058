import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { RondelError } from '@rondel/contracts';
import { redisReach } from '@rondel/local';
import { collect } from '../shell/shell.js';
import type { StateFolders } from './state-folder.js';

export interface TrustOptions {
  readonly trustKey?: string[];
}

export interface SigningOptions extends TrustOptions {
  readonly signingKey?: string;
  readonly publishKey?: string;
}

export interface WorkerTrustOptions extends TrustOptions {
  /** Does what Redis says, whoever has written it. @default false */
  readonly insecureNoWarrants?: boolean;
}

export function addSigningOptions(command: Command): Command {
  return addTrustKey(
    command
      .option(
        '--signing-key <file>',
        'private key that signs what workers may do; made when it is not there, keys/signing.pem of the state folder unless given (RONDEL_SIGNING_KEY)',
      )
      .option(
        '--publish-key <dir>',
        'folder for the public key, the folder trust beside the private one unless given (RONDEL_PUBLISH_KEY)',
      ),
    'public key, or folder of keys, of other APIs or of before, whose jobs may run again (repeatable; RONDEL_TRUST_KEY)',
  );
}

export function addWorkerTrustOptions(command: Command): Command {
  return addTrustKey(
    command,
    'public key of an API, or folder with such keys: nothing runs that none of them has signed (repeatable; RONDEL_TRUST_KEY)',
  ).option(
    '--insecure-no-warrants',
    'run whatever lies in a Redis on another machine, whoever has put it there (RONDEL_INSECURE_NO_WARRANTS=1)',
  );
}

function addTrustKey(command: Command, description: string): Command {
  return command.option('--trust-key <path>', description, collect);
}

/** With which key an API signs. */
export function signingOf(
  { signingKey, publishKey, trustKey }: SigningOptions,
  environment: NodeJS.ProcessEnv,
  folders: StateFolders,
) {
  const { RONDEL_SIGNING_KEY, RONDEL_PUBLISH_KEY } = environment;
  return {
    keyFile: signingKey ?? nonEmpty(RONDEL_SIGNING_KEY) ?? folders.signingKey,
    publishTo: publishKey ?? nonEmpty(RONDEL_PUBLISH_KEY),
    trustKeys: trustKey ?? listed(environment.RONDEL_TRUST_KEY),
  };
}

/**
 * Whom a worker trusts: what it was told, else the APIs that have run with the same state folder; undefined where it may believe
 * Redis. Throws `INVALID_REQUEST` where it may not and trusts nobody.
 */
export function trustOf(
  { trustKey, insecureNoWarrants }: WorkerTrustOptions,
  environment: NodeJS.ProcessEnv,
  { folders, redisUrl }: { readonly folders: StateFolders; readonly redisUrl: string },
): readonly string[] | undefined {
  const named = trustKey ?? listed(environment.RONDEL_TRUST_KEY);
  if (named.length > 0) return named;
  if (insecureNoWarrants === true || environment.RONDEL_INSECURE_NO_WARRANTS === '1') return undefined;
  if (existsSync(folders.trust)) return [folders.trust];
  if (redisReach(redisUrl).loopback) return undefined;
  throw new RondelError(
    'INVALID_REQUEST',
    'This worker would run whatever anybody puts into a Redis on another machine. Name the public key of the API with --trust-key (the API leaves it in the folder trust beside its --signing-key), or add --insecure-no-warrants if that is meant.',
  );
}

/** Separated by commas. */
function listed(text = ''): string[] {
  return text
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
