import { join, resolve } from 'node:path';

/** Folders in which a local Rondel keeps what must outlive it. */
export interface StateFolders {
  readonly home: string;
  /** Artifacts: raw data and images. */
  readonly store: string;
  /** The private Redis. */
  readonly redis: string;
  readonly log: string;
  /** Who did what. */
  readonly audit: string;
  /** Private key of the API. */
  readonly signingKey: string;
  /** Public keys of APIs, which workers trust. */
  readonly trust: string;
}

/** `RONDEL_HOME`, else `.rondel` in the working directory. */
export function stateFolders(environment: NodeJS.ProcessEnv, home?: string): StateFolders {
  const folder = resolve(home ?? environment.RONDEL_HOME ?? '.rondel');
  return {
    home: folder,
    store: join(folder, 'store'),
    redis: join(folder, 'redis'),
    log: join(folder, 'rondel.log'),
    audit: join(folder, 'audit'),
    signingKey: join(folder, 'keys', 'signing.pem'),
    trust: join(folder, 'keys', 'trust'),
  };
}
