import { NewSessionSchema, PropertyPathSchema } from './plan-session.js';
import { Type, type Static } from '../schema.js';

/** Body of `POST /v1/results/empty`. */
export const EmptyResultsSchema = Type.Object(
  {
    plan: NewSessionSchema.properties.plan,
    parameters: NewSessionSchema.properties.parameters,
    path: Type.Optional(PropertyPathSchema),
  },
  { additionalProperties: false },
);
export type EmptyResults = Static<typeof EmptyResultsSchema>;

/** What was kept of a plan and is no more. */
export const EmptiedResultsSchema = Type.Object({
  emptied: Type.Integer({ minimum: 0, description: 'Results that are forgotten; their files go within the hour.' }),
  steps: Type.Array(Type.String(), { description: 'Paths of the steps in a `ProcessResultCache` that were meant.' }),
});
export type EmptiedResults = Static<typeof EmptiedResultsSchema>;
