export { openTrail, type Trail, type TrailOptions } from './open-trail.js';
export { openAudit, type AuditOptions, type AuditTrail } from './open-audit.js';
export { readTrails, type TrailFilter } from './read-trails.js';
export {
  TrailEntrySchema,
  TrailHeadSchema,
  mostIds,
  type TrailEntry,
  type TrailHead,
  type TrailNote,
} from './trail-entry.js';
export { readTrailKey } from './trail-key.js';
export { type TrailProblem, type TrailReport, type TrailSummary, type Witnessed } from './trail-report.js';
export { verifyTrailFile, verifyTrails, type VerifyOptions } from './verify-trails.js';
