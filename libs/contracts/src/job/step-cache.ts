import { Type, type Static } from '../schema.js';

/** What became of a thing that a step makes of a node in a cache, such as a system matrix. */
export const HeldThingSchema = Type.Object({
  path: Type.String({ description: 'Path in the plan of the node that it is made of.' }),
  type: Type.String(),
  state: Type.Enum(['hit', 'stored', 'miss', 'off'], {
    description:
      '`hit`: an earlier run in the same process had made it; `stored`: made and held; `miss`: made but not held; `off`: the wrapper passes through.',
  }),
  reason: Type.String(),
  bytes: Type.Number({ description: 'Memory that it takes.' }),
  seconds: Type.Number({ description: 'What making it took, then or now.' }),
  job: Type.Optional(Type.String({ description: 'Job that had made it.' })),
});
export type HeldThingRecord = Static<typeof HeldThingSchema>;

/** What the shared cache had to do with a step of a job. */
export const StepCacheSchema = Type.Object({
  state: Type.Enum(['hit', 'stored', 'miss', 'skipped', 'off', 'none'], {
    description:
      '`hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through; `none`: no wrapper stands around the step, only around nodes in it.',
  }),
  reason: Type.String({ description: 'One sentence: where the result came from, or why it was not there.' }),
  key: Type.Optional(Type.String({ description: 'SHA-256 that names the result in the cache.' })),
  job: Type.Optional(Type.String({ description: 'Job that had computed the result.' })),
  secondsSaved: Type.Optional(
    Type.Number({ description: 'What computing took that job, reading included, less what the hit took.' }),
  ),
  held: Type.Optional(
    Type.Array(HeldThingSchema, {
      description: 'What the step has made of nodes in a cache, or found of what earlier jobs have made.',
    }),
  ),
});
export type StepCache = Static<typeof StepCacheSchema>;

/** A result from the cache that went into an image. */
export const CachedResultSchema = Type.Object({
  path: Type.String({ description: 'Path of the step in the plan.' }),
  key: Type.String({ description: 'SHA-256 that names the result in the cache.' }),
  job: Type.String({ description: 'Job that computed it.' }),
  worker: Type.String({ description: 'Worker that computed it.' }),
});
export type CachedResult = Static<typeof CachedResultSchema>;
