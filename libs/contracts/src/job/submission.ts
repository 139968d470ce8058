import { Type, type Static } from '../schema.js';
import { ProjectSchema } from '../access/project.js';
import { EngineNameSchema } from '../engine.js';
import { JobIdSchema } from './job-id.js';
import { lanes, SubmitterSchema, type Lane } from './lane.js';

export const PoolNameSchema = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,62}$',
  description: 'Name of a pool of workers.',
});

export const PlacementSchema = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}(=[^=]{1,200})?$',
  description: 'Where work shall run: a pool, the id of a worker, or a label of workers such as `gpu=a100`.',
});

export const SplitSchema = Type.String({
  pattern: '^(none|(frame|slice)(:[1-9][0-9]{0,5})?)$',
  description:
    'Split the steps that allow it into blocks along an axis, `slice` or `frame`; `slice:8` makes blocks of 8. If left out, a job is split when one worker has not enough memory, or when a large job meets idle workers. `none` keeps it in one piece.',
});

export const LabelsSchema = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$' }),
  Type.String({ maxLength: 200 }),
  { maxProperties: 32, description: 'Free key-value pairs to find jobs by.' },
);

const DataReferenceTextSchema = Type.String({ minLength: 1, maxLength: 4096 });

export const DataSchema = Type.Union(
  [
    DataReferenceTextSchema,
    Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,62}$' }), DataReferenceTextSchema, {
      minProperties: 1,
      maxProperties: 16,
    }),
  ],
  { description: 'One data reference, or a table of named ones.' },
);

/** Line breaks and marks that turn the direction of writing have no place in a message. */
const printedName = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]+$';

export const DataNamesSchema = Type.Record(
  Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,62}$' }),
  Type.String({ minLength: 1, maxLength: 200, pattern: printedName }),
  {
    maxProperties: 16,
    description:
      'What people call the data, e.g. `{"data": "scan.h5"}`: messages of the job say it instead of the reference. Keys are those of `data`, `data` for a single reference. Kept and shown with the job, so it must not name a patient.',
  },
);
export type DataNames = Static<typeof DataNamesSchema>;

export const PlanSourceSchema = Type.Union(
  [
    Type.String({ minLength: 1, maxLength: 1_048_576, description: 'A plan as TOML.' }),
    Type.Object(
      { name: Type.String({ minLength: 1, maxLength: 200, description: 'A built-in plan, e.g. `radon/fbp`.' }) },
      { additionalProperties: false },
    ),
    Type.Object({ session: JobIdSchema }, { additionalProperties: false, description: 'A session, as it is now.' }),
    Type.Object(
      { _type: Type.String({ maxLength: 400 }) },
      { additionalProperties: true, description: 'A plan as a tree: the tables of the TOML file as JSON objects.' },
    ),
  ],
  { description: 'A TOML string, a tree, `{name}` of a built-in plan, or `{session}` for the plan of a session.' },
);

export const StrictSchema = Type.Boolean({
  description:
    'The first warning becomes the failure `STRICT_WARNING`, also one that comes with the data or with a shared result.',
});

export const TitleSchema = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern:
    '^[^\\u0000-\\u001f\\u007f\\u2028\\u2029]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f\\u2028\\u2029]*$',
  description: 'What people call the job, on one line; never the name of a patient.',
});

/**
 * What a job carries as its submission has given it: kept, shown, and given again when the job is submitted once more. A sweep
 * and a warm algorithm take it, too, and hand it to their jobs.
 */
export const carriedFields = {
  strict: Type.Optional(StrictSchema),
  submitter: Type.Optional(SubmitterSchema),
  project: Type.Optional(ProjectSchema),
};
export type CarriedFields = Readonly<Static<Type.TObject<typeof carriedFields>>>;

/** Where steps run. Workers decide by it, so a warm algorithm, which has one, does not take it. */
const placeFields = {
  worker: Type.Optional(PlacementSchema),
  engine: Type.Optional(EngineNameSchema),
  split: Type.Optional(SplitSchema),
};

/** What of the image whoever submits is going to ask for. */
const outputField = {
  output: Type.Optional(
    Type.Object(
      { slice: Type.Optional(Type.Integer({ minimum: 0 })), frame: Type.Optional(Type.Integer({ minimum: 0 })) },
      {
        additionalProperties: false,
        description:
          'A slice or frame of the image, from 0, that will be asked for: if plan and data show that there will be none, the submission is refused.',
      },
    ),
  ),
};

/** What an attempt may take. */
const attemptFields = {
  attempts: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 20, default: 3, description: 'Attempts in all, where work is lost.' }),
  ),
  timeoutSeconds: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 604_800, description: 'Computing time allowed to one attempt.' }),
  ),
};

/** What jobs, sweeps and warm algorithms are submitted with alike. */
const commonFields = {
  plan: PlanSourceSchema,
  parameters: Type.Optional(
    Type.Record(Type.String({ minLength: 1, maxLength: 400 }), Type.Unknown(), {
      maxProperties: 256,
      description: 'A bare name is set on every node that has it; a dotted path sets one property.',
    }),
  ),
  pool: Type.Optional(PoolNameSchema),
  priority: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 100,
      description: 'Within the lane, lower runs earlier: half the number gets twice the turns.',
    }),
  ),
  ...attemptFields,
  labels: Type.Optional(LabelsSchema),
  ...carriedFields,
};

/** The lane, and what it is unless given. */
function laneField(unlessGiven: Lane, description: string) {
  return { lane: Type.Optional(Type.Enum(lanes, { default: unlessGiven, description })) };
}

const jobFields = {
  ...commonFields,
  data: DataSchema,
  dataNames: Type.Optional(DataNamesSchema),
  title: Type.Optional(TitleSchema),
  ...outputField,
  ...placeFields,
};

/** Body of `POST /v1/jobs`. */
export const SubmissionSchema = Type.Object(
  {
    ...jobFields,
    ...laneField(
      'normal',
      'Work in `interactive` starts before that in `normal`, and that before work in `batch`, but for the share that workers leave to lanes behind.',
    ),
  },
  { additionalProperties: false },
);
export type Submission = Static<typeof SubmissionSchema>;

/** A submission of many jobs: what `SweepSubmissionSchema` has beside what is varied. */
export const manyJobsFields = { ...jobFields, ...laneField('batch', 'As in a submission.') };

/** A submission whose data comes later: what `AlgorithmSubmissionSchema` has beside how long it is kept. */
export const laterDataFields = { ...commonFields, ...laneField('interactive', 'Of its inputs, as in a submission.') };

/** What a submission asked for that the job itself does not show. */
export const AskedSchema = Type.Object(
  {
    ...outputField,
    ...placeFields,
    attempts: Type.Optional(Type.Integer()),
    timeoutSeconds: Type.Optional(Type.Number()),
  },
  { description: 'What else the submission asked for; fields that it left out are absent.' },
);
export type Asked = Static<typeof AskedSchema>;
