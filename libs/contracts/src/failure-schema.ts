import { Type, type Static } from './schema.js';
import { failureCodes, type FailureCode } from './failure.js';

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

export type Failure = Static<typeof FailureSchema>;
export type Problem = Static<typeof ProblemSchema>;
