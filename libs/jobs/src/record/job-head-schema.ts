import { DataSchema, LabelsSchema, LaneSchema, RequirementsSchema } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';

/** What a job's head must hold to be used; fields that say nothing but themselves are looked at with the whole job. */
export const JobHeadSchema = Type.Object({
  id: Type.String(),
  pool: Type.String(),
  lane: Type.Optional(LaneSchema),
  priority: Type.Number(),
  attemptsPerRun: Type.Number(),
  labels: LabelsSchema,
  plan: Type.Object({ name: Type.Optional(Type.String()), sha256: Type.String() }),
  data: DataSchema,
  createdAt: Type.String(),
  stages: Type.Array(
    Type.Object({
      steps: Type.Array(Type.Object({ path: Type.String(), type: Type.String() })),
      queue: Type.String(),
      requires: Type.Optional(RequirementsSchema),
    }),
    { minItems: 1 },
  ),
  algorithm: Type.Optional(Type.String()),
});
