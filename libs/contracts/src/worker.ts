import { Type, type Static } from 'typebox';
import { LabelsSchema, PoolNameSchema } from './job.js';

export const EngineNameSchema = Type.Enum(['tensorflow', 'webgpu', 'wasm']);
export type EngineName = Static<typeof EngineNameSchema>;

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
  concurrency: Type.Integer({ description: 'Jobs it runs at the same time.' }),
  threads: Type.Integer({ description: 'Threads that each job computes with.' }),
  memoryBytes: Type.Integer({ description: 'Memory of the device.' }),
  packages: Type.Record(Type.String(), Type.String()),
  roots: Type.Array(Type.String(), { description: 'Names of the data roots it can read.' }),
  running: Type.Array(Type.String(), { description: 'Jobs it runs now.' }),
  startedAt: Type.String({ format: 'date-time' }),
  heartbeatAt: Type.String({ format: 'date-time' }),
});
export type WorkerRecord = Static<typeof WorkerSchema>;

/** A named group of workers that serve one queue. */
export const PoolSchema = Type.Object({
  name: PoolNameSchema,
  workers: Type.Integer({ description: 'Workers that take its jobs now.' }),
  slots: Type.Integer({ description: 'Jobs that these workers can run at the same time.' }),
  running: Type.Integer({ description: 'Jobs that these workers run, of this pool or another.' }),
  waiting: Type.Integer({ description: 'Jobs that wait for a worker.' }),
});
export type PoolRecord = Static<typeof PoolSchema>;
