import { Type, type Static } from '../schema.js';
import { FailureSchema } from '../failure/failure-schema.js';
import { JobIdSchema } from './job-id.js';
import { JobSchema, ResultSchema } from './job.js';
import {
  carriedFields,
  DataNamesSchema,
  DataSchema,
  LabelsSchema,
  laterDataFields,
  PoolNameSchema,
} from './submission.js';

export const AlgorithmIdSchema = Type.String({
  pattern: '^[0-9A-HJKMNP-TV-Z]{26}$',
  description: 'ULID of a warm algorithm.',
});

/** Body of `POST /v1/algorithms`. */
export const AlgorithmSubmissionSchema = Type.Object(
  {
    ...laterDataFields,
    idleSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        default: 3600,
        description: 'It is closed after this long without a `put` or `take` while nothing is running.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type AlgorithmSubmission = Static<typeof AlgorithmSubmissionSchema>;

export const AlgorithmStateSchema = Type.Enum(['building', 'ready', 'failed', 'lost', 'closed'], {
  description:
    '`building`: its worker builds it; inputs wait until it has. `ready`: the worker has built it. `failed`: it could not be built, `error` says why, and takes no inputs. `lost`: its worker is gone and no other can take its place now. `closed`: takes nothing more.',
});

/** An algorithm kept on one worker. */
export const AlgorithmSchema = Type.Object({
  id: AlgorithmIdSchema,
  state: AlgorithmStateSchema,
  pool: PoolNameSchema,
  worker: Type.String({ description: 'The worker that it is bound to.' }),
  moves: Type.Integer({ description: 'How often another worker had to take over.' }),
  plan: JobSchema.properties.plan,
  labels: LabelsSchema,
  ...carriedFields,
  error: Type.Optional(FailureSchema),
  ready: Type.Integer({ description: 'Results that can be taken now without waiting.' }),
  pending: Type.Integer({ description: 'Inputs that have not been answered yet.' }),
  put: Type.Integer({ description: 'Inputs put so far; the number of the last ticket.' }),
  createdAt: Type.String({ format: 'date-time' }),
  expiresAt: Type.String({ format: 'date-time', description: 'When it is closed unless it is used again.' }),
  lock: Type.Optional(
    Type.Object(
      { expiresAt: Type.String({ format: 'date-time' }) },
      { description: 'Present while somebody holds it.' },
    ),
  ),
});
export type AlgorithmRecord = Static<typeof AlgorithmSchema>;

/** Body of `POST /v1/algorithms/{id}/put`. */
export const AlgorithmInputSchema = Type.Object(
  { data: DataSchema, dataNames: Type.Optional(DataNamesSchema) },
  { additionalProperties: false },
);
export type AlgorithmInput = Static<typeof AlgorithmInputSchema>;

/** What a warm algorithm was made of. */
export const AlgorithmPlanSchema = Type.Object({
  plan: Type.String({ description: 'Its complete plan as TOML, defaults filled in.' }),
  tree: Type.Record(Type.String(), Type.Unknown(), { description: 'The same as tables.' }),
  parameters: Type.Record(Type.String(), Type.Unknown(), { description: 'As they were given.' }),
});
export type AlgorithmPlan = Static<typeof AlgorithmPlanSchema>;

export const TicketSchema = Type.Object({
  ticket: Type.Integer({ minimum: 1, description: 'Place of the input in the order, counted from 1.' }),
  job: JobIdSchema,
});
export type Ticket = Static<typeof TicketSchema>;

/** Answer of `POST /v1/algorithms/{id}/take`: the oldest input that was not taken yet, with its result or its error. */
export const TakenSchema = Type.Object({
  ...TicketSchema.properties,
  warnings: JobSchema.properties.warnings,
  result: Type.Optional(ResultSchema),
  error: Type.Optional(FailureSchema),
});
export type Taken = Static<typeof TakenSchema>;

/** Body of `POST /v1/algorithms/{id}/lock`. */
export const LeaseRequestSchema = Type.Object(
  {
    seconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3600, default: 60, description: 'Every use renews it.' }),
    ),
  },
  { additionalProperties: false },
);

export const LeaseSchema = Type.Object({
  token: Type.String({ description: 'Goes into the header `rondel-lock` of every call while the lock is held.' }),
  expiresAt: Type.String({ format: 'date-time' }),
});
export type Lease = Static<typeof LeaseSchema>;
