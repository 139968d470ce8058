import { withWarnings, type Dataset } from '@rondel/contracts';
import {
  haloAlong,
  joinDatasets,
  parallelAlong,
  runSteps,
  stepsOnBlock,
  widened,
  withFindings,
  type BuiltStep,
  type RunListener,
} from '@rondel/reco';
import { axesAssumed, isOpen, toldBySlices } from '../input/axis-doubt.js';
import { bareNames, doubtsOf } from '../input/bare-axes.js';
import { axesOf, nameAxes, type AxisNames } from '../input/named-axes.js';
import { replaceAngles, type PlanAngles } from '../input/plan-angles.js';
import { readInputRange, type Places } from '../input/read-input.js';
import type { DescribedInput } from '../input/described-input.js';

/**
 * What is known of raw data that is divided before it is read, with the warnings of `withBareAxes`: the same slices are looked
 * at.
 */
export async function surveyAxes(described: DescribedInput, names: AxisNames, places: Places): Promise<DescribedInput> {
  const { dataset, references } = described;
  const bare = bareNames(dataset, names);
  const doubts = doubtsOf(dataset, bare);
  if (doubts.length === 0) return described;
  const axes = axesOf(dataset.data, bare.unnamedAxes);
  const extent = dataset.data.shape[axes?.indexOf('slice') ?? -1];
  if (extent === undefined) return described;
  const entries = toldBySlices(extent);
  const { data } = await readSample(references, { axis: 'slice', extent, entries, names: bare }, places);
  const open = doubts.filter((doubt) => isOpen(doubt, data, [...entries.keys()]));
  const assumed = open.map((doubt) => axesAssumed(doubt, dataset.data.shape, names.property));
  return { ...described, dataset: withWarnings(dataset, assumed) };
}

interface Survey {
  /** Of the sub-job, which begins with the raw data. */
  readonly steps: readonly BuiltStep[];
  readonly names: AxisNames;
  /** Of the plan, in place of those of the data. */
  readonly angles: PlanAngles | undefined;
  readonly listener: Pick<RunListener, 'onLog' | 'onWarning'>;
}

/**
 * What is known of a job's raw data, with what its steps find in a sample of it, so that blocks can be computed apart
 * that would not agree on it. Steps before it are run on the sample. The same where there is nothing to find, the data has no
 * such axis, or a step before it is not parallel along it. Reads the sample only.
 *
 * Throws what the steps throw, with their paths.
 */
export async function surveyInput(
  described: DescribedInput,
  { steps, names, angles, listener }: Survey,
  places: Places,
): Promise<DescribedInput> {
  let known = described;
  for (const [at, step] of steps.entries()) {
    if (step.definition.survey?.when(step.parameters, known.dataset)) {
      known = await surveyStep(known, { before: steps.slice(0, at), surveyor: step, names, angles, listener }, places);
    }
  }
  return known;
}

/** With what this step finds. */
async function surveyStep(
  described: DescribedInput,
  {
    before,
    surveyor,
    names,
    angles,
    listener,
  }: Omit<Survey, 'steps'> & { readonly before: readonly BuiltStep[]; readonly surveyor: BuiltStep },
  places: Places,
): Promise<DescribedInput> {
  const { survey } = surveyor.definition;
  if (survey === undefined || surveyor.step.survey === undefined) return described;
  const { axis } = survey;
  const { data } = described.dataset;
  const extent = data.shape[axesOf(data, names.unnamedAxes)?.indexOf(axis) ?? -1];
  if (extent === undefined || extent < 2) return described;
  if (!before.every((step, index) => parallelAlong(step, index === 0 ? described.dataset : undefined).includes(axis)))
    return described;
  const entries = survey.entries(extent, surveyor.parameters, described.dataset);
  const sample = await readSample(described.references, { axis, extent, entries, names, before, angles }, places);
  const dataset = withFindings(described.dataset, { surveyor, sample, sampled: { entries, extent } }, listener);
  return { ...described, dataset };
}

interface Sample {
  readonly axis: string;
  readonly extent: number;
  /** Which of them, from 0. */
  readonly entries: readonly number[];
  readonly names: AxisNames;
  /** Steps that are run on each of them. */
  readonly before?: readonly BuiltStep[];
  /** Of the plan, in place of those of the data. */
  readonly angles?: PlanAngles | undefined;
}

/** Some entries of an axis as if there were no others, as the steps before leave them. */
async function readSample(
  references: DescribedInput['references'],
  { axis, extent, entries, names, before = [], angles }: Sample,
  places: Places,
): Promise<Dataset> {
  const halo = before.reduce((sum, { definition, parameters }) => sum + haloAlong(definition, parameters, axis), 0);
  const blocks: Dataset[] = [];
  for (const entry of entries) {
    const block = widened({ axis, extent, start: entry, stop: entry + 1 }, halo);
    const range = { axis, extent, start: block.from, stop: block.to, ...names };
    const read = nameAxes(await readInputRange(references, range, places), names);
    const known = angles === undefined ? read : replaceAngles(read, angles);
    blocks.push(await runSteps(stepsOnBlock(before, block, 0), known, quietly));
  }
  return joinDatasets(blocks, axis);
}

/** What the sample is warned of, each block is as well. A few slices fit wherever a block does. */
const quietly = {
  signal: new AbortController().signal,
  memoryBytes: Infinity,
  onProgress: () => undefined,
  onStep: () => undefined,
  onLog: () => undefined,
};
