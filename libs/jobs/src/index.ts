export { type AlgorithmHead, type AlgorithmInput, type AlgorithmWork } from './algorithm-record.js';
export { type Algorithms, type CallerFacts, type TakenTicket } from './algorithms.js';
export { archiveFromJson, type JobArchive } from './archive.js';
export { type RedisFacts } from './connection.js';
export { poolUnknown, type PoolControl } from './demand.js';
export { jobSecondsBounds, type EndedJobs } from './ended-jobs.js';
export { heartbeatMs, type Fleet } from './fleet.js';
export { type JobHead, type JobOutcome, type JobWork, type StageHead } from './job-fields.js';
export { openJobs, recordJob, type Jobs, type QueuePlace, type WriteRecord } from './jobs.js';
export {
  jobNotFound,
  type Attempt,
  type AttemptReport,
  type BeginAnswer,
  type BegunAttempt,
  type JobFilter,
  type Leg,
  type Ledger,
  type StoredEvent,
} from './ledger.js';
export { legPlace, legQueue, placeOf, placesOf, type LegQueue } from './leg-queue.js';
export { takeFittingLegs, type FittingLegTaker } from './leg-takers.js';
export { takeLegs, type LegTaker, type LegVerdict, type TakeOptions } from './legs.js';
export { type News } from './news.js';
export { meets, needsIn, type Capabilities, type Need } from './requirements.js';
export {
  resultLeaseMs,
  resultLimits,
  type KeptResult,
  type NewResult,
  type ResultClaim,
  type ResultLimits,
  type Results,
  type WantedResult,
} from './results.js';
export {
  sessionLimits,
  type AppendAnswer,
  type SessionLimits,
  type SessionNews,
  type SessionRecord,
  type Sessions,
} from './sessions.js';
export { mostSpecialQueues, type SpecialQueue, type SpecialQueues } from './special-queues.js';
export { type LegHistory, type LegInputs, type LegOutput } from './stage-fields.js';
export { type NewJob } from './sweep-jobs.js';
export { sweepFromJson, sweepNotFound, type JobStanding, type Sweeps } from './sweeps.js';
