import { Type, type Static } from '../schema.js';

/** What the shared cache had to do with a step of a job. */
export const StepCacheSchema = Type.Object({
  state: Type.Enum(['hit', 'stored', 'miss', 'skipped', 'off'], {
    description:
      '`hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through.',
  }),
  reason: Type.String({ description: 'One sentence: where the result came from, or why it was not there.' }),
  key: Type.Optional(Type.String({ description: 'SHA-256 that names the result in the cache.' })),
  job: Type.Optional(Type.String({ description: 'Job that had computed the result.' })),
  secondsSaved: Type.Optional(
    Type.Number({ description: 'What computing took that job, reading included, less what the hit took.' }),
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
