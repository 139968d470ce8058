import type { Jobs } from '@rondel/jobs';
import type { Registry } from '@rondel/reco';
import type { ArtifactStore } from '@rondel/store';
import type { PlanSessions } from './sessions/plan-sessions.js';

/** What an API is built on. */
export interface Services {
  readonly jobs: Jobs;
  readonly store: ArtifactStore;
  readonly registry: Registry;
  /** Space left where the artifact store lies. */
  readonly freeBytes: () => Promise<number>;
  /** Largest upload, in bytes. */
  readonly maxUploadBytes: number;
}

/** What routes work with. */
export interface RouteServices extends Services {
  readonly plans: PlanSessions;
}
