import { Type, type Static } from './schema.js';
import { EngineNameSchema } from './engine.js';
import { LabelsSchema, PoolNameSchema } from './job/submission.js';

/** What a worker must have to run a piece of work; what is absent does not matter. */
export const RequirementsSchema = Type.Object({
  engine: Type.Optional(EngineNameSchema),
  packages: Type.Optional(
    Type.Array(Type.String(), { description: 'Reconstruction packages beside those of Rondel.' }),
  ),
  roots: Type.Optional(Type.Array(Type.String(), { description: 'Names of data roots.' })),
  labels: Type.Optional(LabelsSchema),
  memoryBytes: Type.Optional(Type.Number({ description: 'Memory for one job.' })),
  records: Type.Optional(
    Type.Integer({ minimum: 1, description: "Version of jobs' records that it must know; absent: 1." }),
  ),
});
export type Requirements = Static<typeof RequirementsSchema>;

/** What a worker tells about itself with every heartbeat. */
export const WorkerSchema = Type.Object({
  id: Type.String(),
  state: Type.Enum(['starting', 'running', 'draining', 'lost']),
  pools: Type.Array(PoolNameSchema),
  labels: LabelsSchema,
  host: Type.String(),
  pid: Type.Integer(),
  engine: EngineNameSchema,
  device: Type.String({ description: 'What the engine computes on, as the driver names it.' }),
  concurrency: Type.Integer({ description: 'Jobs it runs at once.' }),
  threads: Type.Integer({ description: 'Threads that each job computes with.' }),
  memoryBytes: Type.Integer({ description: 'Memory of the device, or the part of it that jobs may take.' }),
  packages: Type.Record(Type.String(), Type.String()),
  roots: Type.Array(Type.String(), { description: 'Names of the data roots it can read.' }),
  running: Type.Array(Type.String(), { description: 'Jobs it runs now, as far as they may be seen.' }),
  runningElsewhere: Type.Optional(
    Type.Integer({ description: 'How many jobs of other projects it runs now; absent: none.' }),
  ),
  giveWayEvery: Type.Optional(
    Type.Integer({
      description:
        'Of this many jobs or blocks, one is of a lane behind, or of what others would always go before; absent: none.',
    }),
  ),
  aside: Type.Optional(
    Type.Object(
      { reason: Type.String(), until: Type.String({ format: 'date-time' }) },
      { description: 'It takes nothing for a while, because job after job failed on it.' },
    ),
  ),
  version: Type.Optional(Type.String({ description: 'Version of Rondel that it runs.' })),
  records: Type.Optional(
    Type.Integer({ description: "The latest version of jobs' records that it knows; absent: 1." }),
  ),
  commit: Type.Optional(
    Type.String({ description: 'Commit that it was built from; `unknown` where nothing tells it.' }),
  ),
  store: Type.Optional(Type.String({ description: 'Identity of its artifact store.' })),
  startedAt: Type.String({ format: 'date-time' }),
  heartbeatAt: Type.String({ format: 'date-time' }),
});
export type WorkerRecord = Static<typeof WorkerSchema>;

/** Jobs that it runs now, whoever's they are. */
export function jobsRunBy({ running, runningElsewhere = 0 }: WorkerRecord): number {
  return running.length + runningElsewhere;
}

/** What an API tells about itself with every heartbeat. */
export const ApiSchema = Type.Object({
  id: Type.String(),
  host: Type.String(),
  pid: Type.Integer(),
  url: Type.String({ description: 'What it listens on.' }),
  version: Type.String(),
  commit: Type.String({ description: 'Commit that it was built from; `unknown` where nothing tells it.' }),
  store: Type.Optional(
    Type.String({ description: 'Identity of its artifact store; absent: it has not the right one.' }),
  ),
  startedAt: Type.String({ format: 'date-time' }),
  heartbeatAt: Type.String({ format: 'date-time' }),
});
export type ApiRecord = Static<typeof ApiSchema>;

/** Answer of `GET /v1/workers`. */
export const FleetSchema = Type.Object({
  workers: Type.Array(WorkerSchema),
  apis: Type.Array(ApiSchema),
  mixed: Type.Optional(
    Type.String({ description: 'A sentence about which build each runs, if not all run the same. Absent: all do.' }),
  ),
});
export type FleetRecord = Static<typeof FleetSchema>;

/** A named group of workers that serve one queue. */
export const PoolSchema = Type.Object({
  name: PoolNameSchema,
  workers: Type.Integer({ description: 'Workers that take its jobs now.' }),
  slots: Type.Integer({ description: 'Jobs that these workers can run at once.' }),
  running: Type.Integer({ description: 'Jobs that these workers run, of this pool or another.' }),
  waiting: Type.Integer({ description: 'Jobs that wait for a worker.' }),
  paused: Type.Boolean({ description: 'Its workers start nothing new until it is resumed.' }),
});
export type PoolRecord = Static<typeof PoolSchema>;

/** What the workers of a pool are, as the last one of them said; known also while none runs. */
export const WorkerNeedsSchema = Type.Object({
  engine: EngineNameSchema,
  device: Type.String(),
  memoryBytes: Type.Integer({ description: 'Memory of the device.' }),
  concurrency: Type.Integer({ description: 'Jobs that one worker runs at the same time.' }),
});
export type WorkerNeeds = Static<typeof WorkerNeedsSchema>;

/** What a pool has to do, in the form that autoscalers read: `slots` divided by a worker's concurrency is how many workers it can use. */
export const DemandSchema = Type.Object({
  pool: PoolNameSchema,
  slots: Type.Integer({
    minimum: 0,
    description:
      'Slots that are wanted now: `active`, and unless the pool is paused `runnable`. 0 when there is nothing to do.',
  }),
  runnable: Type.Integer({ description: 'Queued work.' }),
  active: Type.Integer({
    description:
      'Work that a worker has taken, that of workers that were lost included, and that which waits to be tried again.',
  }),
  paused: Type.Boolean(),
  workers: Type.Integer({ description: 'Workers that take work of the pool now.' }),
  special: Type.Optional(
    Type.Array(
      Type.Object({
        requires: RequirementsSchema,
        runnable: Type.Integer(),
        active: Type.Integer(),
        workers: Type.Integer({ description: 'Those of `workers` that have all of it.' }),
      }),
      {
        description:
          'The part of `runnable` and `active` that not every worker of the pool can run. Work for a label counts in every pool that has a worker with it, or had one within the last 30 days, and where the question says that one could be started.',
      },
    ),
  ),
  needs: Type.Optional(WorkerNeedsSchema),
});
export type Demand = Static<typeof DemandSchema>;
