import {
  AskedSchema,
  hidePaths,
  JobSchema,
  ProvenanceSchema,
  ResidualPointSchema,
  RondelError,
  type Job,
  type JsonValue,
  type Provenance,
  type ResidualPoint,
} from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { JobWork } from './job-parts.js';
import { isOf } from '../stored/stored-schema.js';
import { recordVersions, requireKnown } from '../stored/versions.js';

/** A job with everything that is known of it, as it is kept for ever. */
export interface JobArchive {
  readonly job: Job;
  readonly work: JobWork;
  readonly provenance?: Provenance;
  /** How the residual of its solver fell. */
  readonly residuals?: readonly ResidualPoint[];
}

/** Stores the record of an ended job or of a sweep for ever, as JSON; `putRecord` of an artifact store. */
export type WriteRecord = (id: string, record: object) => Promise<void>;

const ArchiveSchema = Type.Object({
  job: JobSchema,
  work: Type.Object({
    plan: Type.Record(Type.String(), Type.Unknown()),
    planToml: Type.String(),
    parameters: Type.Record(Type.String(), Type.Unknown()),
    data: Type.Record(Type.String(), Type.String()),
    timeoutSeconds: Type.Optional(Type.Number()),
    asked: Type.Optional(AskedSchema),
    blockSize: Type.Optional(Type.Number()),
    hidesPaths: Type.Optional(Type.Boolean()),
  }),
  provenance: Type.Optional(ProvenanceSchema),
  residuals: Type.Optional(Type.Array(ResidualPointSchema)),
});

/** As the store keeps it. */
export function storedArchive(archive: JobArchive): object {
  const kept = archive.work.hidesPaths === true ? hidePaths(archive) : archive;
  return { ...kept, v: recordVersions.job };
}

/** Reads a stored record back. Throws `INTERNAL` when it is not one that Rondel wrote, and `LaterVersion`. */
export function archiveFromJson(id: string, record: JsonValue): JobArchive {
  const value: unknown = record;
  requireKnown('job', id, value);
  if (isArchive(value)) return value;
  throw new RondelError('INTERNAL', `The stored record of job ${id} is damaged.`);
}

function isArchive(value: unknown): value is JobArchive {
  return isOf(ArchiveSchema, value);
}
