import { Type, type Static } from '../schema.js';
import { ProjectSchema } from '../access/project.js';
import { JobIdSchema } from './job-id.js';
import { JobStateSchema } from './job.js';
import { PoolNameSchema } from './submission.js';
import { FailureCodeSchema } from '../failure/failure-schema.js';
import { KeptSchema } from './erasure.js';
import { SubmitterSchema } from './lane.js';

/** The most jobs that one request cancels, runs again or erases. */
export const mostSelected = 500;

/** Which jobs: those for which everything given holds. */
export const jobFilterFields = {
  state: Type.Optional(
    Type.Array(JobStateSchema, { maxItems: 6, uniqueItems: true, description: 'In one of these states.' }),
  ),
  pool: Type.Optional(PoolNameSchema),
  label: Type.Optional(Type.String({ minLength: 1, maxLength: 300, description: '`key` or `key=value`' })),
  submitter: Type.Optional(SubmitterSchema),
  project: Type.Optional({ ...ProjectSchema, description: 'Of this project; of all that may be seen unless given.' }),
  rerunOf: Type.Optional({ ...JobIdSchema, description: 'Those that run this completed job again.' }),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'Words, each of which is in the title, the name of the plan, what was set or the submitter, or which the id begins with; upper and lower case are the same.',
    }),
  ),
};

export const JobFilterSchema = Type.Object(jobFilterFields, { additionalProperties: false, minProperties: 1 });
export type JobFilter = Static<typeof JobFilterSchema>;

export const StateCountsSchema = Type.Object(
  {
    queued: Type.Integer(),
    waiting: Type.Integer(),
    active: Type.Integer(),
    completed: Type.Integer(),
    failed: Type.Integer(),
    cancelled: Type.Integer(),
  },
  { description: 'Jobs in each state.' },
);
export type StateCounts = Static<typeof StateCountsSchema>;

/** Answer of `GET /v1/jobs/counts`. */
export const JobCountsSchema = Type.Object({
  total: Type.Integer({ description: 'Jobs of all states together.' }),
  states: StateCountsSchema,
  partial: Type.Optional(
    Type.Boolean({ description: 'true: there were too many to look at all; the newest ones were counted.' }),
  ),
});
export type JobCounts = Static<typeof JobCountsSchema>;

/** Body of `POST /v1/jobs/cancel`, `/retry` and `/erase`. */
export const JobSelectionSchema = Type.Union(
  [
    Type.Object(
      { ids: Type.Array(JobIdSchema, { minItems: 1, maxItems: mostSelected, uniqueItems: true }) },
      { additionalProperties: false, description: 'These jobs.' },
    ),
    Type.Object(
      {
        filter: JobFilterSchema,
        cursor: Type.Optional({ ...JobIdSchema, description: '`cursor` of the answer before.' }),
      },
      { additionalProperties: false, description: 'All jobs that the filter finds, newest first.' },
    ),
  ],
  { description: 'Jobs by id, or by the filters of a list.' },
);
export type JobSelection = Static<typeof JobSelectionSchema>;

/** Answer to a `JobSelection`. */
export const SelectionAnswerSchema = Type.Object({
  done: Type.Integer({ description: 'Jobs for which it was done.' }),
  refused: Type.Array(Type.Object({ id: JobIdSchema, code: FailureCodeSchema, reason: Type.String() }), {
    description: 'Jobs for which it was not done; they have not changed.',
  }),
  cursor: Type.Optional({
    ...JobIdSchema,
    description: 'The filter may find more: ask again with this cursor.',
  }),
});
export type SelectionAnswer = Static<typeof SelectionAnswerSchema>;

/** Answer of `POST /v1/jobs/erase`. */
export const ErasedSelectionSchema = Type.Object({
  ...SelectionAnswerSchema.properties,
  kept: Type.Array(KeptSchema, { description: 'What the jobs have named and what stays; each once.' }),
});
export type ErasedSelection = Static<typeof ErasedSelectionSchema>;
