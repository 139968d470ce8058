export { archiveFromJson, type JobArchive } from './archive.js';
export { type RedisFacts } from './connection.js';
export { poolUnknown, type PoolControl } from './demand.js';
export { jobSecondsBounds, type EndedJobs } from './ended-jobs.js';
export { heartbeatMs, type Fleet } from './fleet.js';
export { type JobHead, type JobOutcome, type JobWork, type StageHead } from './job-fields.js';
export { openJobs, recordJob, type Jobs, type WriteRecord } from './jobs.js';
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
export { queueName, takeLegs, type LegTaker, type LegVerdict } from './legs.js';
export { type News } from './news.js';
export { type LegHistory, type LegInputs, type LegOutput } from './stage-fields.js';
