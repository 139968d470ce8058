import { ProjectSchema } from '../access/project.js';
import { Type, type Static } from '../schema.js';
import { FailureSchema } from '../failure/failure-schema.js';
import { JobIdSchema } from './job-id.js';
import { StateCountsSchema } from './job-selection.js';
import { JobStateSchema, ResultSchema } from './job.js';
import { DataNamesSchema, DataSchema, manyJobsFields, PoolNameSchema } from './submission.js';
import { WarningsSchema } from '../warning/warning.js';

/** ULID: as jobs have it. */
export const SweepIdSchema = Type.String({ pattern: '^[0-9A-HJKMNP-TV-Z]{26}$', description: 'ULID of a sweep.' });

/** Label that every job of a sweep has; its value is the sweep's id. */
export const sweepLabel = 'sweep';

export const VaryPropertySchema = Type.Object(
  {
    path: Type.String({
      minLength: 1,
      maxLength: 400,
      description: 'A path into the plan, or a bare name, which is set on every node that has it.',
    }),
    values: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 10_000, description: 'Plain JSON, as in parameters.' }),
  },
  { additionalProperties: false },
);
export type VaryProperty = Static<typeof VaryPropertySchema>;

const VarySchema = Type.Array(VaryPropertySchema, { minItems: 1, maxItems: 16 });

const combinations = ['product', 'zip'] as const;
const combineText =
  '`product`: all combinations, the first property changing fastest. `zip`: values side by side, the first ones of all, then the second ones.';
const CombineSchema = Type.Enum(combinations, { description: combineText });

/** Body of `POST /v1/sweeps`: a submission, and what is varied. The plan may lack what is varied. */
export const SweepSubmissionSchema = Type.Object(
  {
    ...manyJobsFields,
    vary: VarySchema,
    combine: Type.Optional(Type.Enum(combinations, { default: 'product', description: combineText })),
  },
  { additionalProperties: false },
);
export type SweepSubmission = Static<typeof SweepSubmissionSchema>;

const AssignmentsSchema = Type.Record(Type.String(), Type.Unknown(), {
  description: 'What this combination sets: names as in `vary`, in that order.',
});

/** One combination of a sweep and the job that runs it. */
export const SweepEntrySchema = Type.Object({ assignments: AssignmentsSchema, job: JobIdSchema });
export type SweepEntry = Static<typeof SweepEntrySchema>;

const sweepFields = {
  id: SweepIdSchema,
  createdAt: Type.String({ format: 'date-time' }),
  title: Type.Optional(Type.String({ description: 'As in a job.' })),
  plan: Type.Object({ name: Type.Optional(Type.String()) }),
  data: DataSchema,
  dataNames: Type.Optional(DataNamesSchema),
  project: Type.Optional(ProjectSchema),
  pool: PoolNameSchema,
  vary: VarySchema,
  combine: CombineSchema,
};

/** A sweep as it is kept for ever. */
export const SweepRecordSchema = Type.Object({
  ...sweepFields,
  planToml: Type.String({ description: 'The plan before anything was varied, parameters applied, as TOML.' }),
  items: Type.Array(SweepEntrySchema),
});
export type SweepRecord = Static<typeof SweepRecordSchema>;

export const SweepItemSchema = Type.Object({
  index: Type.Integer({ minimum: 0 }),
  assignments: AssignmentsSchema,
  job: JobIdSchema,
  state: JobStateSchema,
  fraction: Type.Number({ minimum: 0, maximum: 1, description: 'How much of the job is done; 1 when it has ended.' }),
  warnings: Type.Optional(WarningsSchema),
  error: Type.Optional(FailureSchema),
  result: Type.Optional(ResultSchema),
  erased: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'When the job was erased. How it ended is no longer known; `state` is `cancelled`.',
    }),
  ),
  links: Type.Record(Type.String(), Type.String(), {
    description: '`job`, and `result`, `png` and `preview` if there are any.',
  }),
});
export type SweepItem = Static<typeof SweepItemSchema>;

/** A sweep without its items, as lists have it. */
export const SweepSummarySchema = Type.Object({
  ...sweepFields,
  total: Type.Integer({ description: 'Number of combinations.' }),
  ended: Type.Integer({ description: 'Jobs that have ended, whichever way.' }),
  states: StateCountsSchema,
  erased: Type.Integer({ description: 'Jobs that were erased, which `states` does not count.' }),
  warned: Type.Integer({ description: 'Jobs that carry warnings.' }),
  progress: Type.Object({ fraction: Type.Number({ minimum: 0, maximum: 1 }) }),
  links: Type.Record(Type.String(), Type.String()),
});
export type SweepSummary = Static<typeof SweepSummarySchema>;

export const SweepSchema = Type.Object({
  ...SweepSummarySchema.properties,
  planToml: Type.Optional(SweepRecordSchema.properties.planToml),
  items: Type.Array(SweepItemSchema),
});
export type Sweep = Static<typeof SweepSchema>;

/** Answer of `POST /v1/sweeps`. */
export const AcceptedSweepSchema = Type.Object({
  ...SweepSummarySchema.properties,
  jobs: Type.Array(JobIdSchema, { description: 'One per combination, in their order.' }),
});
export type AcceptedSweep = Static<typeof AcceptedSweepSchema>;

export const SweepPageSchema = Type.Object({
  sweeps: Type.Array(SweepSummarySchema),
  cursor: Type.Optional(Type.String({ description: 'Pass it as `cursor` to get the next page.' })),
});
export type SweepPage = Static<typeof SweepPageSchema>;
