export type { AccessCalls, NewlyCreatedToken, NewLogin } from './access.js';
export type { LockOptions, RepeatableOptions, WarmAlgorithm } from './algorithm.js';
export {
  createClient,
  type Client,
  type Health,
  type JobQuery,
  type ResultQuery,
  type SessionQuery,
  type StartableWorker,
} from './client.js';
export type { UploadOptions } from './call-options.js';
export type { CallOptions, Download, PutOptions, StoredData, SubmitOptions, UploadSource } from './call-options.js';
export { ownSubmitter } from './submitter.js';
export { localServer, localTokenFile, readTokenFile, type LocalServer } from './local-token.js';
export type { ClientOptions } from './connection.js';
export { connect, type Rondel } from './connect.js';
export type { BuiltInPlans } from './generated/built-in-plans.js';
export type { paths as RestPaths } from './generated/openapi.js';
export type { EventOptions, ReceivedEvent } from './job-events.js';
export type { ErasedJobs, JobFilterQuery, JobsAnswer, JobsMeant, SelectionCalls } from './job-selection.js';
export type { Image } from './live/image.js';
export type { LiveAlgorithm, ReconstructedImage } from './live/live-algorithm.js';
export type {
  ClearOptions,
  OpenOptions,
  LivePlan,
  LivePlanCalls,
  LivePlanSource,
  LiveProperty,
  OpenLivePlan,
  UntypedPlan,
} from './live/live-plan.js';
export type {
  ChangeOptions,
  FollowOptions,
  PlanProperty,
  PropertyListener,
  ReadOptions,
  ValueTransform,
  WatchOptions,
} from './live/plan-property.js';
export type { ReconstructionData, ReconstructOptions } from './live/reconstruct.js';
export { isConflictError, type ConflictError } from './live/session.js';
export type { PlanEvent } from './live/watch.js';
export { decodeNpy, encodeNpy, headerReach, parseNpyHeader, valuesOf, type NpyHeader } from './npy.js';
export type { PlanTable, RemoteValue, TypeName } from './plan-table.js';
export { isRondelError, RondelError, type Job, type NdArray, type Submission } from '@rondel/contracts';
export { resumableBytes } from './upload.js';
export type { SheetQuery, SweepCalls, SweepItemsQuery, SweepQuery, SweepWaitOptions } from './sweep.js';
