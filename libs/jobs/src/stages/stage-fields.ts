import { headFrom, workFrom } from '../record/job-fields.js';
import type { JobHash, JobHead } from '../record/job-parts.js';
import type { BegunAttempt, Subjob, OpenSubjob } from '../record/subjob-attempts.js';
import { placeOfSubjobs, queueOf, type SubjobQueue } from '../places/subjob-queue.js';
import { jobLine, type JobLine } from '../line/line.js';
import { DamagedRecord, parseJson } from '../stored/stored.js';
import { isOf } from '../stored/stored-schema.js';
import { SubjobOutputSchema, StageInputsSchema } from '../record/work-schemas.js';
import type { SubjobInputs, SubjobHistory, SubjobOutput } from '../record/subjob-attempts.js';

interface StageInputs {
  readonly parts: readonly string[];
  readonly axis?: string;
  readonly history: SubjobHistory;
}

/** `<stage>.<block>` */
export function subjobName({ stage, block }: Pick<Subjob, 'stage' | 'block'>): string {
  return `${stage}.${block}`;
}

/** Name of a field of the job's hash that belongs to one block. */
export function blockField(subjob: Pick<Subjob, 'stage' | 'block'>, name: string): string {
  return `b:${subjobName(subjob)}:${name}`;
}

/** Name of the field that counts the complete sub-jobs of a stage, see `completeSubjobScript`. */
export function completedField(stage: number): string {
  return `b:${stage}:completed`;
}

export function begunAttempt({
  subjob,
  head,
  fields,
  attempt,
}: {
  subjob: Subjob;
  head: JobHead;
  fields: JobHash;
  attempt: number;
}): BegunAttempt {
  const { stages } = head;
  return {
    subjob,
    attempt,
    head,
    run: Number(fields.run ?? 0),
    allowed: Number(fields[blockField(subjob, 'allowed')] ?? fields.allowed),
    work: workFrom(fields.work),
    inputs: inputsOf(subjob, head, fields),
    ...(fields.warrant !== undefined && { warrant: fields.warrant }),
    ...(fields.workBefore !== undefined && { workBefore: workFrom(fields.workBefore) }),
    share: { start: subjob.stage / stages.length, length: 1 / stages.length },
  };
}

/** A stage that is fanned out gives each block its part, any other stage takes all of them. */
function inputsOf(subjob: Subjob, { stages }: JobHead, fields: JobHash): SubjobInputs {
  if (fields.inputs === undefined) return {};
  const inputs: unknown = parseJson(fields.inputs);
  if (!isStageInputs(inputs)) throw new DamagedRecord('what its stage begins with is not what one begins with');
  if (stages[subjob.stage]?.axis === undefined) return inputs;
  const part = inputs.parts[subjob.block];
  return part === undefined ? inputs : { parts: [part], history: inputs.history };
}

/** A stage whose turn has come, and what it begins with. */
interface NextStage {
  /** The stage before. */
  readonly after: number;
  readonly blocks: number;
  readonly inputs: StageInputs;
  readonly to: SubjobQueue;
  readonly line: JobLine;
  /** Whether the job waits for its turn there: once at each place. */
  readonly waits: boolean;
}

/** Once every sub-job of the present stage is complete and there is a next one. Throws `DamagedRecord`. */
export function nextStage(fields: JobHash): NextStage | undefined {
  if (fields.head === undefined || fields.state !== 'active') return undefined;
  const head = headFrom(fields.head);
  const { stages } = head;
  const stage = Number(fields.stage);
  const next = stages[stage + 1];
  const outputs = blocksOf(fields).flatMap((block) => {
    const output = fields[blockField({ stage, block }, 'output')];
    return output === undefined ? [] : [subjobOutputFrom(output)];
  });
  if (next === undefined || outputs.length < Number(fields.blocks)) return undefined;
  const parts = outputs.flatMap((output) => output.parts);
  const axis = next.axis ?? stages[stage]?.axis;
  return {
    after: stage,
    blocks: next.axis === undefined ? 1 : parts.length,
    inputs: { parts, history: joinHistories(outputs.map(({ history }) => history)), ...(axis && { axis }) },
    to: queueOf({ job: head.id, stage: stage + 1 }, stages),
    line: jobLine(head, stage + 1),
    waits: !stages.slice(0, stage + 1).some((before) => placeOfSubjobs(before) === placeOfSubjobs(next)),
  };
}

function subjobOutputFrom(text: string): SubjobOutput {
  const output: unknown = parseJson(text);
  if (isSubjobOutput(output)) return output;
  throw new DamagedRecord('what one of its parts has left is not what one leaves');
}

function isSubjobOutput(value: unknown): value is SubjobOutput {
  return isOf(SubjobOutputSchema, value);
}

function isStageInputs(value: unknown): value is StageInputs {
  return isOf(StageInputsSchema, value);
}

/** Sub-jobs of the present stage that have still to hand in their part. */
export function incompleteSubjobs(job: string, fields: JobHash): OpenSubjob[] {
  const stage = Number(fields.stage);
  const priority = Number(fields.turn);
  return blocksOf(fields)
    .filter((block) => fields[blockField({ stage, block }, 'state')] !== 'completed')
    .map((block) => ({ job, generation: Number(fields.generation), stage, block, priority }));
}

function blocksOf(fields: JobHash): number[] {
  return Array.from({ length: Number(fields.blocks ?? 0) }, (_, block) => block);
}

/** Blocks share what came before them; the slowest block is what the stage took. */
function joinHistories(histories: readonly SubjobHistory[]): SubjobHistory {
  const subjobs = new Map(histories.flatMap((history) => history.legs.map((subjob) => [subjob.id, subjob] as const)));
  const timings: Record<string, number> = {};
  for (const history of histories) {
    for (const [phase, seconds] of Object.entries(history.timings)) {
      timings[phase] = Math.max(timings[phase] ?? 0, seconds);
    }
  }
  // Blocks resolve the same value each for itself; where one saw another, both are told.
  const remote = histories.flatMap(({ remoteValues = [] }) => remoteValues);
  const remoteValues = [...new Map(remote.map((value) => [`${value.path} ${value.sha256}`, value])).values()];
  // The same of what their steps have opened.
  const read = histories.flatMap(({ data: sources }) => sources);
  const data = [...new Map(read.map((one) => [`${one.name} ${one.reference} ${one.sha256}`, one])).values()];
  return { data, legs: [...subjobs.values()], timings, remoteValues };
}
