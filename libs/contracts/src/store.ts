import { Type, type Static } from './schema.js';

/** What the bytes of the artifact store are for. */
export const storeKinds = [
  'results',
  'uploads',
  'records',
  'parts',
  'shared',
  'checkpoints',
  'previews',
  'incoming',
  'trash',
] as const;
export type StoreKind = (typeof storeKinds)[number];

export const StoreKindSchema = Type.Enum([...storeKinds], {
  description:
    '`results` images of jobs; `uploads` all other artifacts; `records` of ended jobs and sweeps; `parts` between the stages of jobs that run; `shared` results that jobs leave for each other; `checkpoints` of jobs that run; `previews` the last pictures of jobs that iterate, which go with the records; `incoming` what is being written; `trash` what will be deleted within the hour unless somebody asks for it.',
});

const BytesSchema = Type.Integer({ minimum: 0 });

export const FileSumSchema = Type.Object({ files: Type.Integer({ minimum: 0 }), bytes: BytesSchema });
export type FileSum = Static<typeof FileSumSchema>;

export const StoreUsageSchema = Type.Object({
  kind: StoreKindSchema,
  ...FileSumSchema.properties,
  ages: Type.Object(
    { day: BytesSchema, week: BytesSchema, month: BytesSchema, older: BytesSchema },
    { description: 'Bytes that were used last within a day, a week before that, 30 days, and earlier.' },
  ),
});
export type StoreUsage = Static<typeof StoreUsageSchema>;

const KeptSecondsSchema = Type.Number({ exclusiveMinimum: 0 });

/** How long things stay; what is absent stays for ever. */
export const StorePolicySchema = Type.Object({
  keepResultsSeconds: Type.Optional({ ...KeptSecondsSchema, description: 'Images, from the end of their job on.' }),
  keepUploadsSeconds: Type.Optional({
    ...KeptSecondsSchema,
    description: 'Uploads, from the last upload, submission, or end of a job that read them on.',
  }),
  keepRecordsSeconds: Type.Optional({
    ...KeptSecondsSchema,
    description: 'Records with provenance, from the end of their job on.',
  }),
  storeLimitBytes: Type.Optional({
    ...BytesSchema,
    description: 'The images and uploads that were used longest ago go while the store has more than this.',
  }),
});
export type StorePolicy = Static<typeof StorePolicySchema>;

/** Answer of `GET /v1/store`. */
export const StoreReportSchema = Type.Object({
  measuredAt: Type.String({ format: 'date-time' }),
  bytes: BytesSchema,
  policy: StorePolicySchema,
  kinds: Type.Array(StoreUsageSchema),
});
export type StoreReport = Static<typeof StoreReportSchema>;

/** Answer of `POST /v1/store/clean`. */
export const StoreCleaningSchema = Type.Object({
  dryRun: Type.Boolean(),
  results: FileSumSchema,
  uploads: FileSumSchema,
  records: Type.Integer({ description: 'Records that went, or would go.' }),
  deleted: {
    ...FileSumSchema,
    description: 'What a cleaning before this one had put into the trash and is deleted now.',
  },
  graceSeconds: Type.Integer({
    description: 'How long artifacts wait in the trash. Whoever uploads or names one takes it back out.',
  }),
  overBytes: Type.Integer({
    minimum: 0,
    description:
      'By how much the store still is over its limit, because everything else in it is needed or younger than a day.',
  }),
});
export type StoreCleaning = Static<typeof StoreCleaningSchema>;

const JobsNamedSchema = Type.Object({
  count: Type.Integer({ minimum: 0 }),
  jobs: Type.Array(Type.String(), { description: 'Ids, the newest first, at most 20 of them.' }),
});

/** An artifact whose bytes are not those that its name says. */
export const DamageSchema = Type.Object({
  artifact: Type.String({ description: 'Data reference.' }),
  bytes: BytesSchema,
  found: Type.Optional(
    Type.String({ description: 'SHA-256 of the bytes that lie there; absent when the disk cannot read them.' }),
  ),
  repaired: Type.Boolean({ description: 'It was moved away, so the same bytes can be stored anew.' }),
  made: { ...JobsNamedSchema, description: 'Ended jobs whose image or preview it is: run one of them again.' },
  used: { ...JobsNamedSchema, description: 'Ended jobs that have read it, perhaps when it was damaged already.' },
  needed: Type.Boolean({ description: 'Work that has not ended names it: a job, a warm algorithm or a live plan.' }),
});
export type Damage = Static<typeof DamageSchema>;

/** A file beside the artifacts that is not what was written. */
export const PassingDamageSchema = Type.Object({
  kind: Type.Enum(['shared', 'checkpoints', 'parts'], { description: 'As in `GET /v1/store`.' }),
  name: Type.String({ description: 'Path of the file below the folder of its kind.' }),
  job: Type.Optional(Type.String({ description: 'Whose checkpoint or part it is.' })),
  bytes: BytesSchema,
  repaired: Type.Boolean({
    description:
      'It was deleted: a result or an iteration is computed again, a job without a part starts over by itself.',
  }),
});
export type PassingDamage = Static<typeof PassingDamageSchema>;

/** Answer of `POST /v1/store/check`: one part of the store. */
export const StoreCheckSchema = Type.Object({
  checked: { ...FileSumSchema, description: 'Files that were read in this part.' },
  damaged: Type.Array(DamageSchema),
  passing: Type.Array(PassingDamageSchema, {
    description: 'Damaged files of shared results, checkpoints and parts of jobs, which cost no more than time.',
  }),
  next: Type.Optional(Type.String({ description: '`after` of the next part; absent when this was the last.' })),
});
export type StoreCheck = Static<typeof StoreCheckSchema>;
