import { JobSchema, ProvenanceSchema, RondelError, type Job, type JsonValue, type Provenance } from '@rondel/contracts';
import { Check, Type } from '@rondel/contracts/schema';
import type { JobWork } from './job-fields.js';

/** A job with everything that is known of it, as it is kept for ever. */
export interface JobArchive {
  readonly job: Job;
  readonly work: JobWork;
  readonly provenance?: Provenance;
}

const ArchiveSchema = Type.Object({
  job: JobSchema,
  work: Type.Object({
    plan: Type.Record(Type.String(), Type.Unknown()),
    planToml: Type.String(),
    parameters: Type.Record(Type.String(), Type.Unknown()),
    data: Type.Record(Type.String(), Type.String()),
    timeoutSeconds: Type.Optional(Type.Number()),
    blockSize: Type.Optional(Type.Number()),
  }),
  provenance: Type.Optional(ProvenanceSchema),
});

/** The archive as the artifact store keeps it. */
export function archiveToJson(archive: JobArchive): JsonValue {
  const plain: JsonValue = JSON.parse(JSON.stringify(archive)) as JsonValue;
  return plain;
}

/** Reads a stored record back. Throws `INTERNAL` when it is not one that Rondel wrote. */
export function archiveFromJson(id: string, record: JsonValue): JobArchive {
  const value: unknown = record;
  if (isArchive(value)) return value;
  throw new RondelError('INTERNAL', `The stored record of job ${id} is damaged.`);
}

function isArchive(value: unknown): value is JobArchive {
  return Check(ArchiveSchema, value);
}
