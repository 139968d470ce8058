export {
  type AlgorithmBuild,
  type AlgorithmHead,
  type AlgorithmInput,
  type AlgorithmWork,
} from './algorithm-record.js';
export { type Algorithms, type CallerFacts, type PutCall, type TakenTicket } from './algorithms.js';
export { archiveFromJson, type JobArchive, type WriteRecord } from './archive.js';
export { type RedisFacts } from './redis-facts.js';
export { poolUnknown, type PoolControl } from './demand.js';
export { jobSecondsBounds, type EndedJobs } from './ended-jobs.js';
export { type ApiHeartbeat, type Apis } from './apis.js';
export { type DataRun } from './data-run.js';
export { heartbeatMs, type Fleet, type Heartbeat } from './fleet.js';
export { type RecordKind } from './stored.js';
export { type JobHead, type JobOutcome, type JobWork, type StageHead } from './job-parts.js';
export {
  firstPlace,
  openJobs,
  recordArchive,
  recordJob,
  type Jobs,
  type QueuePlace,
  type SubmittedJob,
} from './jobs.js';
export {
  type Attempt,
  type AttemptReport,
  type BeginAnswer,
  type BegunAttempt,
  type DividedStages,
  type Leg,
  type OpenLeg,
  type Restart,
} from './attempts.js';
export { type FoundJobs, type JobPageQuery } from './job-list.js';
export { jobNotFound, type Ledger, type StoredEvent } from './ledger.js';
export { type NewUpload, type OpenUploadLimits, type OpenUploads } from './open-uploads.js';
export { answerNews, buildNews, endedNews, questionNews } from './keys.js';
export { whileHeld, type HeldLease, type Leases } from './leases.js';
export { legPlace, legQueue, placeOf, placesOf, type LegQueue } from './leg-queue.js';
export type { RunningTime } from './running-times.js';
export type { LaneFacts, PlaceFacts, Turn } from './line-facts.js';
export { takeFittingLegs, type FittingLegTaker } from './fitting-legs.js';
export { defaultGiveWayEvery, type BegunLeg, type LegTaker, type LegVerdict, type TakeOptions } from './leg-taker.js';
export { artifactsIn } from './live-references.js';
export { type News, type NewsKind } from './news.js';
export { meets, needsIn, type Capabilities, type Need } from './requirements.js';
export { type Answer, type AskedQuestion, type Question, type Questions, type ValueQuestion } from './questions.js';
export {
  resultLeaseMs,
  resultLimits,
  type KeptResult,
  type NewResult,
  type ResultClaim,
  type ResultLimits,
  type Results,
  type WantedResult,
} from './results/results.js';
export {
  sessionLimits,
  type AppendAnswer,
  type ListedSession,
  type SessionLimits,
  type SessionNews,
  type SessionRecord,
  type Sessions,
} from './sessions.js';
export { type SharedStore } from './shared-store.js';
export { DamagedRecord, fromStored, parseStored } from './stored.js';
export {
  mostQueuesOfOne,
  mostSpecialQueues,
  tooManyInAll,
  tooManyOfOne,
  type SpecialQueue,
  type SpecialQueues,
} from './special-queues.js';
export { type LegHistory, type LegInputs, type LegOutput } from './attempts.js';
export { type NewJob } from './sweep-jobs.js';
export { type SubjobStop } from './subjobs.js';
export { sweepFromJson, sweepNotFound, type JobStanding, type Sweeps } from './sweeps.js';
