import { Type, type Static } from '../schema.js';
import { FailureSchema } from '../failure/failure-schema.js';
import { JobIdSchema } from './job-id.js';
import { LaneSchema } from './lane.js';
import { CachedResultSchema, StepCacheSchema } from './step-cache.js';
import { AskedSchema, carriedFields, DataNamesSchema, DataSchema, LabelsSchema, PoolNameSchema } from './submission.js';
import { WarningSchema, WarningsSchema } from '../warning/warning.js';

export const JobStateSchema = Type.Enum(['queued', 'waiting', 'active', 'completed', 'failed', 'cancelled']);
export type JobState = Static<typeof JobStateSchema>;

export const ProgressSchema = Type.Object({
  fraction: Type.Number({ minimum: 0, maximum: 1 }),
  step: Type.Optional(Type.String({ description: 'Path of the running step in the plan.' })),
  iteration: Type.Optional(Type.Integer()),
  iterations: Type.Optional(Type.Integer()),
  residual: Type.Optional(
    Type.Number({ description: 'Relative residual of the worst slice after `iteration`, 1 before the first one.' }),
  ),
  secondsLeft: Type.Optional(Type.Number()),
  message: Type.Optional(Type.String()),
});
export type Progress = Static<typeof ProgressSchema>;

/** One plane of an image that is being iterated, or of one that was: the last one stays when the job has ended. */
export const PreviewSchema = Type.Object({
  sha256: Type.String({ description: 'Hash of the picture, an 8-bit grey PNG of at most 256 x 256 pixels.' }),
  iteration: Type.Integer(),
  iterations: Type.Integer(),
  residual: Type.Optional(Type.Number({ description: 'As in `progress`.' })),
  frame: Type.Integer({ description: 'Counted from 0, within the block where the job is split.' }),
  slice: Type.Integer({ description: 'Counted from 0, within the block where the job is split.' }),
  block: Type.Optional(Type.String({ description: '`<stage>.<block>` where the job is split.' })),
  links: Type.Optional(
    Type.Object({ image: Type.String({ description: 'The picture; the last one stays with the record of the job.' }) }),
  ),
});
export type Preview = Static<typeof PreviewSchema>;

/** The residual of a solver after an iteration. */
export const ResidualPointSchema = Type.Object({
  iteration: Type.Integer(),
  residual: Type.Number({ description: 'As in `progress`.' }),
});
export type ResidualPoint = Static<typeof ResidualPointSchema>;

/** Answer of `GET /v1/jobs/{id}/residuals`. */
export const ResidualsSchema = Type.Object({
  residuals: Type.Array(ResidualPointSchema, {
    description: 'By iteration, at most 256 of them; of a job that is split, the foremost block counts.',
  }),
});
export type Residuals = Static<typeof ResidualsSchema>;

/** Where a step went on that an attempt before had begun. */
export const ResumedSchema = Type.Object({
  iteration: Type.Integer({ description: 'Iterations that were not computed again.' }),
  iterations: Type.Integer(),
  attempt: Type.Integer({ description: 'The attempt that left the checkpoint.' }),
  worker: Type.String({ description: 'Where that attempt ran.' }),
});
export type Resumed = Static<typeof ResumedSchema>;

export const SubjobRecordSchema = Type.Object({
  id: Type.String({ description: '`<stage>.<block>`, both counted from 0.' }),
  state: JobStateSchema,
  attempts: Type.Integer({ description: 'Attempts started so far.' }),
  worker: Type.Optional(Type.String()),
  fraction: Type.Optional(Type.Number()),
  seconds: Type.Optional(Type.Number({ description: 'Wall time of this step in the executor.' })),
  cache: Type.Optional(StepCacheSchema),
  resumed: Type.Optional(ResumedSchema),
});
export type SubjobRecord = Static<typeof SubjobRecordSchema>;

export const StepRecordSchema = Type.Object({
  path: Type.String({ description: 'Path in the plan, e.g. `parameter.pre`.' }),
  type: Type.String(),
  state: JobStateSchema,
  worker: Type.Optional(Type.String()),
  seconds: Type.Optional(Type.Number({ description: 'Wall time inside the executor, without queueing.' })),
  estimatedBytes: Type.Optional(
    Type.Number({ description: 'Memory that it was expected to take, its input included; of blocks the largest.' }),
  ),
  cache: Type.Optional(StepCacheSchema),
  resumed: Type.Optional(ResumedSchema),
  subjobs: Type.Optional(
    Type.Array(SubjobRecordSchema, { description: 'The sub-jobs that ran the step, when it was split.' }),
  ),
});
export type StepRecord = Static<typeof StepRecordSchema>;

export const ResultSchema = Type.Object({
  artifact: Type.String({ description: 'Data reference of the array.' }),
  shape: Type.Array(Type.Integer()),
  dtype: Type.String(),
  axes: Type.Array(Type.String()),
  spacing: Type.Array(Type.Number()),
  spacingUnit: Type.Optional(
    Type.String({
      description: 'Unit of `spacing` along axes of space; `1` counts elements. Frames and colours are counted.',
    }),
  ),
  frameTime: Type.Optional(
    Type.Number({ description: 'Time from frame to frame in s; absent where the data do not tell it.' }),
  ),
  valueUnit: Type.Optional(
    Type.String({ description: 'Unit of the values, such as `1/cm`; absent where they are per pixel or nobody says.' }),
  ),
  min: Type.Number({ description: 'Of the values; this and the next two of magnitudes where they are complex.' }),
  max: Type.Number(),
  mean: Type.Number(),
  seconds: Type.Number({ description: 'Wall time in the executor: reading, all steps, writing.' }),
  preview: Type.Optional(Type.String({ description: 'Data reference of a PNG of the middle slice.' })),
  collectedAt: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'When the array was removed from the store, because of its age or to make room; the record stays.',
    }),
  ),
  links: Type.Optional(Type.Record(Type.String(), Type.String())),
});
export type Result = Static<typeof ResultSchema>;

export const ResolvedRemoteSchema = Type.Object({
  path: Type.String({ description: 'Path of the property in the plan.' }),
  resolver: Type.String({ description: 'Value of `_remote`.' }),
  shape: Type.Array(Type.Integer()),
  dtype: Type.String(),
  sha256: Type.String({ description: 'Of the values as the machine holds them: C order, little-endian.' }),
});
export type ResolvedRemote = Static<typeof ResolvedRemoteSchema>;

export const ResumedStepSchema = Type.Object({
  path: Type.String({ description: 'Path of the step in the plan.' }),
  ...ResumedSchema.properties,
});

/** Enough to run the job again and get the same image. */
const EngineRecordSchema = Type.Object({
  name: Type.String(),
  version: Type.String(),
  device: Type.String(),
  processor: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Paths of the steps that had nothing for the engine to do and were computed on the processor, on a worker whose engine is another than `wasm`.',
    }),
  ),
});

export const ProvenanceSchema = Type.Object({
  plan: Type.String({ description: 'The exact plan that ran, parameters applied, as TOML.' }),
  planSha256: Type.String({
    description: 'Of the plan as it was submitted, in which a file that is the result of another job is `job:ID`.',
  }),
  parameters: Type.Record(Type.String(), Type.Unknown()),
  data: Type.Array(
    Type.Object({
      name: Type.String(),
      reference: Type.String(),
      sha256: Type.String(),
      bytes: Type.Integer(),
      format: Type.String(),
    }),
  ),
  packages: Type.Record(Type.String(), Type.String(), {
    description:
      'Name to version of reconstruction packages, and of the libraries below them: `@rondel/compute`, which has kernels and solvers, and `@rondel/formats`, which reads. Records of earlier versions are without the libraries.',
  }),
  engine: EngineRecordSchema,
  node: Type.String(),
  worker: Type.String({ description: 'Worker that published the image.' }),
  legs: Type.Optional(
    Type.Array(
      Type.Object({
        id: Type.String({ description: '`<stage>.<block>`, both counted from 0.' }),
        steps: Type.Array(Type.String()),
        worker: Type.String(),
        engine: EngineRecordSchema,
        warm: Type.Optional(Type.Boolean({ description: 'As `warm` of the whole, for this part.' })),
        cached: Type.Optional(Type.Array(CachedResultSchema)),
        resumed: Type.Optional(Type.Array(ResumedStepSchema)),
      }),
      { description: 'Where each sub-job ran, when there were several.' },
    ),
  ),
  remoteValues: Type.Optional(
    Type.Array(ResolvedRemoteSchema, { description: 'What the `_remote` tables of the plan stood for.' }),
  ),
  found: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description:
        'What the plan left open and the data told, as the rotation axis: path of the property to value. The plan with these values gives the same image, bit for bit.',
    }),
  ),
  warm: Type.Optional(
    Type.Boolean({ description: 'Whether the executor had the algorithm built already, from an earlier job.' }),
  ),
  cached: Type.Optional(
    Type.Array(CachedResultSchema, {
      description: 'What this job did not compute, because another had left it in the cache.',
    }),
  ),
  resumed: Type.Optional(
    Type.Array(ResumedStepSchema, {
      description: 'What was not computed again, because a lost attempt had got that far.',
    }),
  ),
  warnings: Type.Optional(WarningsSchema),
  timings: Type.Record(Type.String(), Type.Number(), {
    description: 'Seconds per phase. `build` only where something was built.',
  }),
});
export type Provenance = Static<typeof ProvenanceSchema>;

/** Answer of `GET /v1/jobs/{id}/plan`. */
export const JobPlanSchema = Type.Object({
  plan: Type.String({ description: 'The exact plan that runs, parameters applied, as TOML.' }),
  parameters: Type.Record(Type.String(), Type.Unknown(), { description: 'What the submission set.' }),
  asked: Type.Optional(AskedSchema),
});
export type JobPlan = Static<typeof JobPlanSchema>;

export const PlanIdentitySchema = Type.Object({
  name: Type.Optional(Type.String({ description: 'Of a built-in plan.' })),
  sha256: Type.String({ description: 'Of the complete plan: the same for plans that say the same.' }),
});

export const JobSchema = Type.Object({
  id: JobIdSchema,
  state: JobStateSchema,
  title: Type.Optional(
    Type.String({ description: 'As it was given, else made of the names of plan and data. Older jobs have none.' }),
  ),
  set: Type.Optional(Type.String({ description: 'What the submission set, in one line; absent when nothing.' })),
  rerunOf: Type.Optional({
    ...JobIdSchema,
    description: 'The job that this one runs again; its result stays as it is.',
  }),
  pool: PoolNameSchema,
  worker: Type.Optional(Type.String({ description: 'Worker that runs or ran the last attempt.' })),
  lane: Type.Optional(LaneSchema),
  priority: Type.Integer(),
  attempts: Type.Object({
    made: Type.Integer({ description: 'Attempts started so far.' }),
    allowed: Type.Integer(),
  }),
  labels: LabelsSchema,
  plan: PlanIdentitySchema,
  data: DataSchema,
  dataNames: Type.Optional(DataNamesSchema),
  createdAt: Type.String({ format: 'date-time' }),
  startedAt: Type.Optional(Type.String({ format: 'date-time' })),
  finishedAt: Type.Optional(Type.String({ format: 'date-time' })),
  progress: Type.Optional(ProgressSchema),
  preview: Type.Optional(PreviewSchema),
  waiting: Type.Optional(
    Type.Object({
      reason: Type.String({ description: 'Also says what the job needs that no worker has which could take it.' }),
      position: Type.Optional(
        Type.Integer({ description: 'Jobs, or blocks of jobs, whose turn comes before this one where it waits.' }),
      ),
      estimatedStart: Type.Optional(
        Type.String({
          format: 'date-time',
          description:
            'An estimate, by the mean time that the last jobs of the pool took, by what runs, and by what lately came that goes before it; absent where no job has ended yet, no worker can run it, all that can rest, or more comes before it than workers can do.',
        }),
      ),
    }),
  ),
  steps: Type.Array(StepRecordSchema),
  ...carriedFields,
  warnings: Type.Optional(WarningsSchema),
  error: Type.Optional(FailureSchema),
  result: Type.Optional(ResultSchema),
});
export type Job = Static<typeof JobSchema>;

export const JobPageSchema = Type.Object({
  jobs: Type.Array(JobSchema),
  cursor: Type.Optional(Type.String({ description: 'Pass it as `cursor` to get the next page.' })),
});
export type JobPage = Static<typeof JobPageSchema>;

/** One message of `GET /v1/jobs/{id}/events`. */
export const JobEventSchema = Type.Union([
  Type.Object({
    type: Type.Literal('state'),
    data: Type.Object({ state: JobStateSchema, attempt: Type.Number() }),
  }),
  Type.Object({ type: Type.Literal('progress'), data: ProgressSchema }),
  Type.Object({ type: Type.Literal('preview'), data: PreviewSchema }),
  Type.Object({ type: Type.Literal('warning'), data: WarningSchema }),
  Type.Object({
    type: Type.Literal('log'),
    data: Type.Object({ level: Type.Enum(['info', 'warn']), message: Type.String() }),
  }),
  Type.Object({ type: Type.Literal('result'), data: Type.Object({ state: JobStateSchema }) }),
]);
export type JobEvent = Static<typeof JobEventSchema>;
