import { dirname, join } from 'node:path';
import type { WarrantSigner } from '@rondel/contracts';
import type { Logger } from '@rondel/telemetry';
import { openSigner, openSigningKey, openTrust, publishKey } from '@rondel/warrants';

/** With what an API signs the work that it hands out. Several APIs share a key, or workers trust the keys of all. */
export interface Signing {
  /** File of the private key; made when it is not there. */
  readonly keyFile: string;
  /** Folder for the public key, from which workers take it. @default `trust` beside the private one, if it can be written there */
  readonly publishTo?: string | undefined;
  /** Public keys of other APIs, and of this one before its key was changed, whose jobs it may run again. @default none */
  readonly trustKeys?: readonly string[];
}

interface ApiSigner {
  readonly signer: WarrantSigner;
  /** Nothing was signed before. */
  readonly isNew: boolean;
}

/** Throws `INVALID_REQUEST` for a key that cannot be used. */
export async function openApiSigner(
  { keyFile, publishTo, trustKeys = [] }: Signing,
  installation: () => string | undefined,
  logger: Logger,
): Promise<ApiSigner> {
  const key = await openSigningKey(keyFile);
  const folder = publishTo ?? join(dirname(keyFile), 'trust');
  await publishKey(key, folder).catch((error: unknown) => {
    if (publishTo !== undefined) throw error;
    // As where the private key is mounted read-only: then the public one has got to workers in another way.
    logger.debug({ err: error, folder }, 'the public key was not left beside the private one');
  });
  const trust = trustKeys.length === 0 ? undefined : await openTrust(trustKeys, (error) => logger.warn(error.message));
  logger.info({ key: key.name }, 'what workers may do is signed');
  return { signer: openSigner({ key, installation, ...(trust && { trust }) }), isNew: key.isNew };
}
