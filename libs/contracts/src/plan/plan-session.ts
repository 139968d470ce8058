import { Type, type Static } from '../schema.js';
import { PlanProblemSchema } from '../failure/failure-schema.js';
import { JobIdSchema } from '../job/job-id.js';
import { PlanSourceSchema } from '../job/submission.js';

/** ULID: as jobs have it. */
export const SessionIdSchema = Type.String({ pattern: '^[0-9A-HJKMNP-TV-Z]{26}$', description: 'ULID of a session.' });

export const PropertyPathSchema = Type.String({
  minLength: 1,
  maxLength: 500,
  description: 'Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out.',
});

export const ValueTransformSchema = Type.Enum(['length', 'shape', 'hash'], {
  description:
    'Answer with this instead of the value: items of a list, extents of nested lists, SHA-256 of the exact text.',
});

/** Body of `POST /v1/plans/{id}/set-all`. */
export const SetAllSchema = Type.Record(Type.String({ minLength: 1, maxLength: 400 }), Type.Unknown(), {
  minProperties: 1,
  maxProperties: 256,
  description: 'A bare name is set on every node that has it; a path sets one property. All or nothing.',
});

/** Body of `POST /v1/plans`. */
export const NewSessionSchema = Type.Object(
  {
    plan: Type.Union([
      PlanSourceSchema,
      Type.Object({ job: JobIdSchema }, { additionalProperties: false, description: 'The plan of a job.' }),
    ]),
    parameters: Type.Optional(SetAllSchema),
  },
  { additionalProperties: false },
);
export type NewSession = Static<typeof NewSessionSchema>;

export const SessionSchema = Type.Object({
  id: SessionIdSchema,
  version: Type.Integer({ minimum: 0, description: 'Number of changes made; also the `ETag`, in quotes.' }),
  createdAt: Type.String({ format: 'date-time' }),
  expiresAt: Type.String({ format: 'date-time', description: 'Every call puts this off.' }),
  links: Type.Record(Type.String(), Type.String()),
});
export type Session = Static<typeof SessionSchema>;

/** A session as lists have it. */
export const SessionSummarySchema = Type.Object({
  ...SessionSchema.properties,
  plan: Type.Object({
    type: Type.String({ description: 'Type of the root.' }),
    name: Type.Optional(Type.String({ description: 'The built-in plan that it was when the session began.' })),
  }),
});
export type SessionSummary = Static<typeof SessionSummarySchema>;

export const SessionPageSchema = Type.Object({
  sessions: Type.Array(SessionSummarySchema),
  cursor: Type.Optional(Type.String({ description: 'Pass it as `cursor` to get the next page.' })),
});
export type SessionPage = Static<typeof SessionPageSchema>;

/** What a call that changes a session answers. */
export const SessionChangeSchema = Type.Object({
  id: SessionIdSchema,
  version: Type.Integer({ minimum: 0 }),
  expiresAt: Type.String({ format: 'date-time' }),
  changed: Type.Array(Type.String(), {
    description: 'Paths of everything that was set, what follows through links included.',
  }),
});
export type SessionChange = Static<typeof SessionChangeSchema>;

/** One property of a session: its value, a short fact about it, or that it is missing. */
export const SessionPropertySchema = Type.Object({
  path: Type.String(),
  version: Type.Integer({ minimum: 0 }),
  value: Type.Optional(
    Type.Unknown({ description: 'As in the tree, `null` for *nothing*, or what the transform makes of it.' }),
  ),
  missing: Type.Optional(Type.Literal(true)),
  transform: Type.Optional(ValueTransformSchema),
  remote: Type.Optional(
    Type.Literal(true, { description: 'The value is a `_remote` reference, which only a worker resolves.' }),
  ),
  resolvedBy: Type.Optional(
    Type.String({ description: 'The worker that has read what the reference stands for; `value` is that.' }),
  ),
});
export type SessionProperty = Static<typeof SessionPropertySchema>;

/** Body of `PUT /v1/plans/{id}/properties/{path}`. */
export const SetPropertySchema = Type.Object(
  { value: Type.Unknown({ description: 'Plain JSON; `null` is *nothing*, a table with `_type` a node.' }) },
  { additionalProperties: false },
);

/** Body of `POST /v1/plans/{id}/clear`. */
export const ClearSchema = Type.Object(
  {
    path: Type.Optional(PropertyPathSchema),
    keepStructure: Type.Optional(
      Type.Boolean({ default: true, description: 'Keep the nodes and clear them too; false removes them.' }),
    ),
  },
  { additionalProperties: false },
);

/** Body of `PUT /v1/plans/{id}/links/{path}`. */
export const LinkSchema = Type.Object(
  {
    source: PropertyPathSchema,
    function: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, default: 'identity', description: 'A registered function.' }),
    ),
  },
  { additionalProperties: false },
);

/** Answer of `POST /v1/plans/{id}/build`. */
export const BuildSchema = Type.Union([
  Type.Object({
    ready: Type.Literal(true),
    version: Type.Integer(),
    sha256: Type.String({ description: 'Hash of the complete plan, as jobs have it.' }),
  }),
  Type.Object({
    ready: Type.Literal(false),
    version: Type.Integer(),
    problems: Type.Array(PlanProblemSchema, { description: 'All that is missing or wrong.' }),
  }),
]);
export type BuildAnswer = Static<typeof BuildSchema>;
