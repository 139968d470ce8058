export * from './access/identity.js';
export * from './access/login.js';
export * from './access/project.js';
export * from './access/quota.js';
export * from './access/role.js';
export * from './access/token.js';
export * from './job/algorithm.js';
export * from './data/array.js';
export * from './warning/carried-warning.js';
export * from './plan/catalog.js';
export * from './data/data-info.js';
export * from './data/data-name.js';
export * from './data/data-reference.js';
export { inSeries } from './data/file-series.js';
export * from './data/hidden-paths.js';
export {
  binningOf,
  binningSaid,
  leftOutSaid,
  placeInData,
  placeInFile,
  type BinnedAxis,
  type LeftOut,
} from './data/binned-places.js';
export { lengthUnit, millimetresOf, type LengthUnit } from './data/length-unit.js';
export type { Binning, ScanPart, Span } from './data/scan-part.js';
export * from './engine.js';
export * from './failure/failure-codes.js';
export * from './failure/failure.js';
export * from './failure/failure-schema.js';
export * from './given.js';
export * from './job/job.js';
export * from './job/job-id.js';
export * from './job/job-selection.js';
export * from './job/job-state.js';
export * from './job/lane.js';
export * from './plan/plan-session.js';
export * from './data/image-part.js';
export * from './data/mdf-facts.js';
export * from './data/projection-axis.js';
export * from './data/quantity.js';
export * from './plan/result-cache.js';
export * from './job/step-cache.js';
export * from './job/erasure.js';
export * from './store.js';
export * from './job/submission.js';
export * from './job/submitter.js';
export * from './job/sweep.js';
export * from './warning/warning.js';
export * from './warrant/warrant.js';
export * from './worker.js';
