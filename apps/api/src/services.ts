import type { Jobs } from '@rondel/jobs';
import type { Registry } from '@rondel/reco';
import type { ArtifactStore } from '@rondel/store';

/** What routes work with. */
export interface Services {
  readonly jobs: Jobs;
  readonly store: ArtifactStore;
  readonly registry: Registry;
  /** Space left where the artifact store lies. */
  readonly freeBytes: () => Promise<number>;
  /** Largest upload, in bytes. */
  readonly maxUploadBytes: number;
}
