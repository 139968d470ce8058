import type { Identity, StorePolicy } from '@rondel/contracts';
import type { PictureThreads } from '@rondel/formats';
import type { DataRun, Jobs, Reach } from '@rondel/jobs';
import type { Registry } from '@rondel/reco';
import type { AuditTrail } from '@rondel/telemetry/trail';
import type { ArtifactStore } from '@rondel/store';
import type { Authentication, LoginWay } from './access/authentication.js';
import type { CodeFlow } from './access/oidc/code-flow.js';
import type { Owners, Visible } from './access/owners.js';
import type { Collector } from './store/collection/collector.js';
import type { ApiLimits } from './server/limits.js';
import type { FleetView } from './fleet/fleet-view.js';
import type { PreparedPlans } from './jobs/submission/prepared-plans.js';
import type { RecentTouches } from './data/recent-touches.js';
import type { PlanSessions } from './plans/sessions/plan-sessions.js';

/** What an API is built on. */
export interface Services {
  readonly jobs: Jobs;
  readonly store: ArtifactStore;
  readonly registry: Registry;
  /** Space left where the artifact store lies. */
  readonly freeBytes: () => Promise<number>;
  /** Why the folder of the artifact store cannot be used; undefined when it can. */
  readonly storeProblem: () => Promise<string | undefined>;
  /** What Redis holds, as far as this process has seen it. */
  readonly dataRun?: () => DataRun | undefined;
  /** Whether the process is about to end. */
  readonly isLeaving?: () => boolean;
  /** Where this API notes who did what; nowhere unless told. */
  readonly trail?: AuditTrail;
  /** Largest upload, in bytes. */
  readonly maxUploadBytes: number;
  /** What submissions and uploads may take; those of `apiLimits` unless told. */
  readonly limits?: Partial<Omit<ApiLimits, 'maxUploadBytes'>>;
  /** Whether names of files, which may be those of patients, are left out of titles and records; they are kept unless told. */
  readonly hidesNames?: boolean;
  /** Whether somebody shows the token that this API has left for its own account; nobody does unless told. */
  readonly isLocal?: (identity: Identity) => boolean;
  /** How long things stay in the store; all for ever unless told. */
  readonly policy?: StorePolicy;
}

/** What routes work with. */
export interface RouteServices extends Services {
  readonly limits: ApiLimits;
  readonly plans: PlanSessions;
  readonly fleet: FleetView;
  readonly prepared: PreparedPlans;
  readonly newJobId: (reach: Reach) => string;
  readonly authentication: Authentication;
  /** How browsers may log in. */
  readonly loginWays: readonly LoginWay[];
  /** The identity provider at which they do. */
  readonly oidc: CodeFlow | undefined;
  readonly owners: Owners;
  readonly touches: RecentTouches;
  readonly collector: Collector;
  readonly pictures: PictureThreads;
}

/** What a route works with for one request: `seenBy` makes it. */
export interface SeenServices extends RouteServices {
  /** What whoever asks may refer to. */
  readonly visible: Visible;
}
