import { AskedSchema, ProvenanceSchema } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';

const {
  data: DataSourcesSchema,
  legs: SubjobRecordsSchema,
  remoteValues: RemoteValuesSchema,
} = ProvenanceSchema.properties;

const common = {
  plan: Type.Record(Type.String(), Type.Unknown()),
  planToml: Type.String(),
  parameters: Type.Record(Type.String(), Type.Unknown()),
  timeoutSeconds: Type.Optional(Type.Number()),
  maxOutputBytes: Type.Optional(Type.Number()),
  outputQuota: Type.Optional(Type.Boolean()),
  asked: Type.Optional(AskedSchema),
  blockSize: Type.Optional(Type.Number()),
  undivided: Type.Optional(Type.Boolean()),
  halvings: Type.Optional(Type.Number()),
  unlearnt: Type.Optional(Type.Boolean()),
  hidesPaths: Type.Optional(Type.Boolean()),
};

/** What every input of a warm algorithm has in common. */
export const AlgorithmWorkSchema = Type.Object(common);

/** What a worker needs to run a job, see `JobWork`. */
export const JobWorkSchema = Type.Object({ ...common, data: Type.Record(Type.String(), Type.String()) });

/** What BullMQ carries of a sub-job. */
export const SubjobSchema = Type.Object({
  job: Type.String(),
  generation: Type.Integer({ minimum: 0 }),
  stage: Type.Integer({ minimum: 0 }),
  block: Type.Integer({ minimum: 0 }),
});

const HistorySchema = Type.Object({
  data: DataSourcesSchema,
  legs: Type.Array(SubjobRecordsSchema.items),
  timings: Type.Record(Type.String(), Type.Number()),
  remoteValues: RemoteValuesSchema,
});

/** What a sub-job leaves for the sub-jobs after it, see `SubjobOutput`. */
export const SubjobOutputSchema = Type.Object({ parts: Type.Array(Type.String()), history: HistorySchema });

/** What the sub-jobs of a stage begin with. */
export const StageInputsSchema = Type.Object({
  parts: Type.Array(Type.String()),
  axis: Type.Optional(Type.String()),
  history: HistorySchema,
});
