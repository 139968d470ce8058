import { Type, type Static } from '../schema.js';
import { failureCodes, type FailureCode } from './failure-codes.js';

export const FailureCodeSchema = Type.Enum(Object.keys(failureCodes) as [FailureCode, ...FailureCode[]]);

const failureFields = {
  code: FailureCodeSchema,
  message: Type.String({ description: 'Names the thing, the cause and what to do next.' }),
  retryable: Type.Boolean({ description: 'Whether the same work may succeed when it runs again.' }),
  at: Type.Optional(Type.String({ description: 'Path into the plan, e.g. `parameter.reco.iterations`.' })),
  details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
};

/** One problem among several that were found together. */
export const ProblemSchema = Type.Object(failureFields);

/** The one shape in which failures cross every process boundary: queue, REST, executor, job record. */
export const FailureSchema = Type.Object({
  ...failureFields,
  problems: Type.Optional(
    Type.Array(ProblemSchema, { description: 'All that was found wrong at once, the first being this failure.' }),
  ),
});

/** One of several problems of a plan, as REST answers it. */
export const PlanProblemSchema = Type.Object({
  code: FailureCodeSchema,
  detail: Type.String(),
  path: Type.Optional(Type.String()),
});
export type PlanProblem = Static<typeof PlanProblemSchema>;

/** What every error answers over REST, `application/problem+json` as RFC 9457 has it. */
export const ProblemDocumentSchema = Type.Object({
  type: Type.String({ description: '`urn:rondel:problem:<code>`' }),
  title: Type.String({ description: 'The same for all problems of a code.' }),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  detail: Type.String({ description: 'Names the thing, the cause and what to do next.' }),
  code: FailureCodeSchema,
  path: Type.Optional(Type.String({ description: 'Path into the plan, e.g. `parameter.reco.iterations`.' })),
  details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  problems: Type.Optional(
    Type.Array(PlanProblemSchema, { description: 'All that was found wrong at once, the first being this problem.' }),
  ),
});
export type ProblemDocument = Static<typeof ProblemDocumentSchema>;

export type Failure = Static<typeof FailureSchema>;
export type Problem = Static<typeof ProblemSchema>;
