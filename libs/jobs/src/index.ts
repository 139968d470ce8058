export { archiveFromJson, type JobArchive } from './archive.js';
export { type RedisFacts } from './connection.js';
export { heartbeatMs, type Fleet } from './fleet.js';
export { type JobHead, type JobOutcome, type JobWork } from './job-fields.js';
export { openJobs, recordJob, type Jobs, type WriteRecord } from './jobs.js';
export {
  jobNotFound,
  type Attempt,
  type AttemptReport,
  type BeginAnswer,
  type BegunAttempt,
  type JobFilter,
  type Ledger,
  type StoredEvent,
} from './ledger.js';
export { takeLegs, type LegTaker, type LegVerdict } from './legs.js';
export { type News } from './news.js';
