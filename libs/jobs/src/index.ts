export type { AlgorithmBuild, AlgorithmHead, ResolvedInput, AlgorithmWork } from './algorithms/algorithm-record.js';
export type { Algorithms, CallerFacts, PutCall, TakenTicket } from './algorithms/algorithms.js';
export { archiveFromJson, type JobArchive, type WriteRecord } from './record/archive.js';
export type { RedisFacts } from './redis/redis-facts.js';
export { poolUnknown, type PoolControl } from './queues/demand.js';
export { jobSecondsBounds, type EndedJobs } from './record/ended-jobs.js';
export type { ApiHeartbeat, Apis } from './fleet/apis.js';
export type { DataRun } from './redis/data-run.js';
export { heartbeatMs, type Fleet, type Heartbeat } from './fleet/fleet.js';
export type { RecordKind } from './stored/stored.js';
export type { JobHead, JobOutcome, JobWork, NewJob, StageHead } from './record/job-parts.js';
export { marked, markIn, markOf, reachOf, reachOfStages, type Reach } from './record/reach.js';
export { openJobs, type Jobs } from './jobs.js';
export type { SubmittedJob } from './ledger/job-control.js';
export { recordArchive, recordJob } from './ledger/record-job.js';
export { firstPlace, type QueuePlace } from './queues/queue-place.js';
export type {
  Attempt,
  AttemptReport,
  BeginAnswer,
  BegunAttempt,
  DividedStages,
  Subjob,
  OpenSubjob,
  Restart,
} from './record/subjob-attempts.js';
export type { FoundJobs, JobPageQuery } from './index/job-list.js';
export type { StoredEvent } from './ledger/job-reading.js';
export { algorithmNotFound, unlessGone } from './algorithms/algorithm-refusal.js';
export { awaitedIn, jobNotFound, type Ledger } from './ledger/ledger.js';
export type { Login, Logins } from './logins/logins.js';
export type { Seals } from './logins/seals.js';
export type { CreatedToken, Tokens } from './tokens/tokens.js';
export type { NewUpload, OpenUploadLimits, OpenUploads } from './uploads/open-uploads.js';
export { answerNews, buildNews, endedNews, questionNews } from './redis/keys.js';
export { whileHeld, type HeldLease, type Leases } from './leases/leases.js';
export {
  queueOf,
  subjobPlace,
  subjobQueue,
  placeOfSubjobs,
  placesOfWorker,
  type SubjobQueue,
} from './places/subjob-queue.js';
export type { RunningTime } from './line/running-times.js';
export type { LaneFacts, PlaceFacts, Turn } from './queues/line-facts.js';
export { takeFittingSubjobs, type FittingSubjobTaker } from './taking/fitting-subjobs.js';
export type { BegunSubjob, SubjobTaker, SubjobVerdict, TakeOptions } from './taking/subjob-taker.js';
export { defaultGiveWayEvery } from './taking/taking-turns.js';
export { artifactsIn } from './references/live-references.js';
export type { News, NewsKind } from './redis/news.js';
export { meets, needsIn, type Capabilities, type Need } from './places/requirements.js';
export type { Answer, AskedQuestion, Question, Questions, ValueQuestion } from './questions/questions.js';
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
  sessionNotFound,
  type AppendAnswer,
  type ListedSession,
  type NewSessionRecord,
  type SessionLimits,
  type SessionNews,
  type SessionPageQuery,
  type SessionRecord,
  type Sessions,
} from './sessions/sessions.js';
export { namingOutputQuota } from './quotas/quota-refusal.js';
export type { Quotas } from './quotas/quotas.js';
export type { SharedStore } from './leases/shared-store.js';
export { DamagedRecord, fromStored } from './stored/stored.js';
export { knownRecords, laterJob, LaterVersion, toStored, versionOf } from './stored/versions.js';
export {
  mostQueuesOfOne,
  mostSpecialQueues,
  tooManyInAll,
  tooManyOfOne,
  type SpecialQueue,
  type SpecialQueues,
} from './places/special-queues.js';
export type { SubjobHistory, SubjobInputs, SubjobOutput } from './record/subjob-attempts.js';
export type { SubjobStop } from './ledger/stop-subjob.js';
export { sweepFromJson, sweepNotFound, type JobStanding, type Sweeps } from './sweeps/sweeps.js';
export {
  changeOfAlgorithm,
  changeOfJob,
  changeOfQuestion,
  hasImagesOf,
  sameStages,
  stagesText,
} from './warrants/as-signed.js';
export { dividedStages } from './transitions/attempt/divide.js';
export { serves } from './algorithms/algorithm-worker.js';
