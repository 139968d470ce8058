export { type LockOptions, type RepeatableOptions, type WarmAlgorithm } from './algorithm.js';
export {
  createClient,
  type Client,
  type Health,
  type JobQuery,
  type ResultQuery,
  type SessionQuery,
  type StartableWorker,
} from './client.js';
export { type UploadOptions } from './call-options.js';
export {
  type CallOptions,
  type Download,
  type PutOptions,
  type StoredData,
  type SubmitOptions,
  type UploadSource,
} from './call-options.js';
export { type ClientOptions } from './connection.js';
export { connect, type Rondel } from './connect.js';
export { type BuiltInPlans } from './generated/built-in-plans.js';
export { type paths as RestPaths } from './generated/openapi.js';
export { type EventOptions, type ReceivedEvent } from './job-events.js';
export {
  type ErasedJobs,
  type JobFilterQuery,
  type JobsAnswer,
  type JobsMeant,
  type SelectionCalls,
} from './job-selection.js';
export { type Image } from './live/image.js';
export { type LiveAlgorithm, type ReconstructedImage } from './live/live-algorithm.js';
export {
  type ClearOptions,
  type OpenOptions,
  type LivePlan,
  type LivePlanCalls,
  type LivePlanSource,
  type LiveProperty,
  type OpenLivePlan,
  type UntypedPlan,
} from './live/live-plan.js';
export {
  type ChangeOptions,
  type FollowOptions,
  type PlanProperty,
  type PropertyListener,
  type ReadOptions,
  type ValueTransform,
  type WatchOptions,
} from './live/plan-property.js';
export { type ReconstructionData, type ReconstructOptions } from './live/reconstruct.js';
export { isConflictError, type ConflictError } from './live/session.js';
export { type PlanEvent } from './live/watch.js';
export { decodeNpy, encodeNpy, headerReach, parseNpyHeader, valuesOf, type NpyHeader } from './npy.js';
export { type PlanTable, type RemoteValue, type TypeName } from './plan-table.js';
export { isRondelError, RondelError, type Job, type NdArray, type Submission } from '@rondel/contracts';
export { resumableBytes } from './upload.js';
export {
  type SheetQuery,
  type SweepCalls,
  type SweepItemsQuery,
  type SweepQuery,
  type SweepWaitOptions,
} from './sweep.js';
