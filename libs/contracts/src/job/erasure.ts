import { JobIdSchema } from './job-id.js';
import { Type, type Static } from '../schema.js';

/** What is left of an erased job: its id and when. */
export const TombstoneSchema = Type.Object({ id: JobIdSchema, erasedAt: Type.String({ format: 'date-time' }) });
export type Tombstone = Static<typeof TombstoneSchema>;

/** What an erased job has named and what stays. */
export const KeptSchema = Type.Object({
  artifact: Type.String({ description: '`artifact:sha256-<hex>`, `root://...` or `sweep:<id>`.' }),
  reason: Type.String(),
});

/** Answer of `DELETE /v1/jobs/{id}?erase=true`. */
export const ErasureSchema = Type.Object({
  ...TombstoneSchema.properties,
  erased: Type.Array(Type.String(), {
    description:
      'What was removed by this call: artifacts and shared results by name, everything else in words. Empty when all of it was gone before.',
  }),
  kept: Type.Array(KeptSchema, { description: 'What the job has named and what stays.' }),
});
export type Erasure = Static<typeof ErasureSchema>;

/** Answer of `GET /v1/jobs/{id}/erasure`: what would go now, and what would stay. */
export const ErasureOutlookSchema = Type.Object({
  id: JobIdSchema,
  artifacts: Type.Array(Type.String(), {
    description: 'Uploads and images, `artifact:sha256-<hex>`, that would go, as nothing else names them.',
  }),
  kept: ErasureSchema.properties.kept,
});
export type ErasureOutlook = Static<typeof ErasureOutlookSchema>;
