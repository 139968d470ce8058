import { Type, type Static } from '../schema.js';
import { SubmitterSchema } from '../job/lane.js';
import { ProjectSchema } from './project.js';

/**
 * What a project, or one submitter in it, may have at most:
 *
 * - `waiting`: jobs that were accepted and do not run, those of sweeps included;
 * - `running`: jobs that run at once; further ones are accepted and wait;
 * - `storedBytes`: bytes of the artifacts that it holds in the store;
 * - `uploads`, `uploadBytes`: open uploads, and the bytes that they have or are said to have;
 * - `plans`, `algorithms`: live plans and warm algorithms;
 * - `secondsPerDay`: seconds that steps have computed in a day of UTC, of attempts that have ended;
 * - `outputBytes`: bytes of one image;
 * - `attemptSeconds`: seconds that one attempt may take.
 */
const limits = {
  waiting: 'jobs that were accepted and do not run',
  running: 'jobs that run at once; further ones wait',
  uploads: 'open uploads',
  uploadBytes: 'bytes of all open uploads together',
  plans: 'live plans',
  algorithms: 'warm algorithms',
  secondsPerDay: 'seconds that steps compute in a day of UTC',
} as const;
const limitsOfProject = {
  storedBytes: 'bytes of what the project holds in the store',
  outputBytes: 'bytes of one image',
  attemptSeconds: 'seconds that one attempt may take',
} as const;

export type SubmitterQuotaName = keyof typeof limits;
export type QuotaName = SubmitterQuotaName | keyof typeof limitsOfProject;
export const submitterQuotaNames = Object.keys(limits) as SubmitterQuotaName[];
/** In the order in which they are shown. */
export const quotaNames = [
  ...submitterQuotaNames,
  ...(Object.keys(limitsOfProject) as (keyof typeof limitsOfProject)[]),
];

/** What each is a number of, in words. */
export const quotaWords: Readonly<Record<QuotaName, string>> = { ...limits, ...limitsOfProject };

const LimitSchema = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: `Most ${description}.` }));

const SubmitterQuotasSchema = Type.Object(
  {
    waiting: LimitSchema(limits.waiting),
    running: LimitSchema(limits.running),
    uploads: LimitSchema(limits.uploads),
    uploadBytes: LimitSchema(limits.uploadBytes),
    plans: LimitSchema(limits.plans),
    algorithms: LimitSchema(limits.algorithms),
    secondsPerDay: LimitSchema(limits.secondsPerDay),
  },
  { additionalProperties: false },
);

/** Body of `PUT /v1/quotas/{project}`. */
export const QuotasSchema = Type.Object(
  {
    ...SubmitterQuotasSchema.properties,
    storedBytes: LimitSchema(limitsOfProject.storedBytes),
    outputBytes: LimitSchema(limitsOfProject.outputBytes),
    attemptSeconds: LimitSchema(limitsOfProject.attemptSeconds),
    submitter: Type.Optional({
      ...SubmitterQuotasSchema,
      description: 'The same of each submitter in the project.',
    }),
  },
  {
    additionalProperties: false,
    description: 'What a project may have at most. What is left out is that of the whole installation, if it has one.',
  },
);
export type Quotas = Readonly<Static<typeof QuotasSchema>>;

/** Of what a quota is. */
export const quotaScopes = ['project', 'submitter'] as const;
export type QuotaScope = (typeof quotaScopes)[number];

export const QuotaUseSchema = Type.Object({
  of: Type.Enum(quotaScopes, { description: 'Whether all of the project share it, or one submitter has it.' }),
  quota: Type.Enum(quotaNames),
  used: Type.Optional(
    Type.Number({
      description: 'How much there is now; absent of what bounds each single job, and of what was not measured yet.',
    }),
  ),
  limit: Type.Optional(Type.Integer({ description: 'Most that there may be; absent where there is no quota.' })),
});
export type QuotaUse = Static<typeof QuotaUseSchema>;

/** Answer of `GET /v1/quota`. */
export const QuotaReportSchema = Type.Object({
  project: ProjectSchema,
  submitter: Type.Optional(SubmitterSchema),
  quotas: Type.Array(QuotaUseSchema, { description: 'First those of the project, then those of the submitter.' }),
  day: Type.String({ format: 'date', description: 'The day of UTC whose seconds are counted.' }),
});
export type QuotaReport = Static<typeof QuotaReportSchema>;

/** Answer of `GET` and `PUT /v1/quotas/{project}`. */
export const ProjectQuotasSchema = Type.Object({
  project: ProjectSchema,
  quotas: { ...QuotasSchema, description: 'Those of the project itself.' },
  defaults: {
    ...QuotasSchema,
    description: 'Those of the whole installation, for what the project has none of its own.',
  },
});
export type ProjectQuotas = Static<typeof ProjectQuotasSchema>;
