import { Type, type Static } from '../schema.js';
import { ProjectSchema } from '../access/project.js';
import { RequirementsSchema, type Requirements } from '../worker.js';

// What an API signs and a worker holds against what it finds in Redis. How the signature stands before it is told in
// `@rondel/warrants`.

const hash = (of: string) =>
  Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: `SHA-256 of ${of}, base64url.` });
/** What is compared has come as a record, which nobody changes. */
type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

const TimeSchema = Type.String({ maxLength: 40 });

const common = {
  /** Grows with the version of the records that it is about, see `versions.md` of `libs/jobs`. */
  v: Type.Literal(1),
  /** Identity of the artifact store that API and worker share. */
  installation: Type.String({ maxLength: 100 }),
  /** Whose data roots may be read. */
  project: ProjectSchema,
  signedAt: TimeSchema,
  /** Nothing begins that was signed before and has not begun until then. */
  notAfter: TimeSchema,
};

/** Steps that run together, where, and on what; see `StageHead` of `@rondel/jobs`. */
const StageSchema = Type.Object({
  steps: Type.Array(Type.Object({ path: Type.String(), type: Type.String() })),
  queue: Type.String(),
  requires: Type.Optional(RequirementsSchema),
  axis: Type.Optional(Type.String()),
  halo: Type.Optional(Type.Number()),
  readsInput: Type.Optional(Type.Boolean()),
  bound: Type.Optional(Type.Boolean()),
});

/** What one job may do. */
export const JobWarrantSchema = Type.Object({
  ...common,
  for: Type.Literal('job'),
  id: Type.String(),
  /** Where stages that are `bound` may run: a pool, the id of a worker or a label. */
  place: Type.Optional(Type.String()),
  stages: Type.Array(StageSchema),
  head: hash('what else the head of the job says'),
  work: hash('plan, parameters and limits'),
  /** Name to data reference; those to jobs stand for what these have made. */
  data: Type.Record(Type.String(), Type.String()),
  /** The end of the run that this one follows. Absent: no run of the job has ended. */
  continues: Type.Optional(Type.Object({ attempts: Type.Integer({ minimum: 0 }), finishedAt: TimeSchema })),
});
type WarrantedStage = DeepReadonly<Omit<Static<typeof StageSchema>, 'requires'>> & { readonly requires?: Requirements };
export type JobWarrant = DeepReadonly<Omit<Static<typeof JobWarrantSchema>, 'stages'>> & {
  readonly stages: readonly WarrantedStage[];
};

/** What a worker may build before the first input of a warm algorithm comes. */
export const AlgorithmWarrantSchema = Type.Object({
  ...common,
  for: Type.Literal('algorithm'),
  id: Type.String(),
  place: Type.String(),
  head: hash('all that its head says'),
  work: hash('plan, parameters and limits'),
});
export type AlgorithmWarrant = Readonly<Static<typeof AlgorithmWarrantSchema>>;

/** What one worker may look at and answer, once. */
export const QuestionWarrantSchema = Type.Object({
  ...common,
  for: Type.Literal('question'),
  id: Type.String(),
  worker: Type.String(),
  question: hash('the question'),
});
export type QuestionWarrant = Readonly<Static<typeof QuestionWarrantSchema>>;

/** All that is signed. */
export const WarrantSchema = Type.Union([JobWarrantSchema, AlgorithmWarrantSchema, QuestionWarrantSchema]);
export type Warrant = JobWarrant | AlgorithmWarrant | QuestionWarrant;

/** What its signer adds. */
type Added = 'v' | 'installation' | 'signedAt' | 'notAfter';

/** What shall be signed. */
export type Unsigned = Omit<JobWarrant, Added> | Omit<AlgorithmWarrant, Added> | Omit<QuestionWarrant, Added>;

/** Signs what workers may do. */
export interface WarrantSigner {
  /** Returns the warrant as it goes to workers. Throws `SERVICE_UNAVAILABLE` while nobody knows which installation this is. */
  sign(what: Unsigned): Promise<string>;
  /**
   * Signs a job's warrant anew, for a run that follows another one. Throws `WARRANT_REFUSED` for one that no known key has
   * signed, or that is of something else.
   */
  renew(text: string, id: string, continues: NonNullable<JobWarrant['continues']>): Promise<RenewedWarrant>;
}

export interface RenewedWarrant {
  readonly text: string;
  /** As they were signed first; workers may have divided them since. */
  readonly stages: JobWarrant['stages'];
}
