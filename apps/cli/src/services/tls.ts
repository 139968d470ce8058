import { resolve } from 'node:path';
import type { Command } from 'commander';
import { RondelError } from '@rondel/contracts';

/** With which certificate an API speaks TLS. */
export interface TlsOptions {
  /** PEM file with the certificate of the server, and those of its issuers below it. @default none, plain HTTP */
  readonly tlsCert?: string;
  /** PEM file with its private key. */
  readonly tlsKey?: string;
}

export function addTlsOptions(command: Command): Command {
  return command
    .option(
      '--tls-cert <file>',
      'speak TLS with this certificate, in PEM with those of its issuers below; read again when it changes (RONDEL_TLS_CERT)',
    )
    .option('--tls-key <file>', 'private key of the certificate, in PEM without a passphrase (RONDEL_TLS_KEY)');
}

/** Absolute paths of both files, or undefined. Throws `INVALID_REQUEST` where one is named without the other. */
export function tlsFiles({ tlsCert, tlsKey }: TlsOptions, environment: NodeJS.ProcessEnv) {
  const cert = tlsCert ?? (environment.RONDEL_TLS_CERT || undefined);
  const key = tlsKey ?? (environment.RONDEL_TLS_KEY || undefined);
  if (cert !== undefined && key !== undefined) return { cert: resolve(cert), key: resolve(key) };
  if (cert === undefined && key === undefined) return undefined;
  const [given, missing] = cert === undefined ? ['--tls-key', '--tls-cert'] : ['--tls-cert', '--tls-key'];
  throw new RondelError(
    'INVALID_REQUEST',
    `${given} is named without ${missing}, and TLS takes both: add ${missing} FILE, or its variable RONDEL_${missing.slice(2).toUpperCase().replace('-', '_')}.`,
  );
}

/** What of it `rondel api` is told, in its own words; variables of the environment reach it by themselves. */
export function tlsParameters({ tlsCert, tlsKey }: TlsOptions): string[] {
  return [
    ...(tlsCert === undefined ? [] : ['--tls-cert', tlsCert]),
    ...(tlsKey === undefined ? [] : ['--tls-key', tlsKey]),
  ];
}
