import { elementCount, elementSize, RondelError, withWarnings, type Dataset } from '@rondel/contracts';
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
import { readInputRanges, type Places } from '../input/read-input.js';
import type { DescribedInput } from '../input/described-input.js';

/**
 * What is known of raw data that is divided before it is read, with the warnings of `withBareAxes`: the same slices are looked
 * at.
 */
export async function surveyAxes(described: DescribedInput, names: AxisNames, places: Places): Promise<DescribedInput> {
  const { dataset } = described;
  const bare = bareNames(dataset, names);
  const doubts = doubtsOf(dataset, bare);
  if (doubts.length === 0) return described;
  const axes = axesOf(dataset.data, bare.unnamedAxes);
  const extent = dataset.data.shape[axes?.indexOf('slice') ?? -1];
  if (extent === undefined) return described;
  const entries = toldBySlices(extent);
  const { data } = await readSample(described, { axis: 'slice', extent, entries, names: bare }, places);
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
  const sample = await readSample(described, { axis, extent, entries, names, before, angles }, places);
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

/** Of the room of a job, what the raw data of entries may take that are read together. */
const sampleShare = 1 / 4;

/**
 * Some entries of an axis as if there were no others, as the steps before leave them. As many as there is room for are read in one
 * pass over the file.
 */
async function readSample(
  { references, dataset: { data } }: DescribedInput,
  { axis, extent, entries, names, before = [], angles }: Sample,
  places: Places,
): Promise<Dataset> {
  const halo = before.reduce((sum, { definition, parameters }) => sum + haloAlong(definition, parameters, axis), 0);
  const room = places.room?.();
  const roomBytes = (room?.hostBytes ?? room?.memoryBytes ?? Infinity) * sampleShare;
  const entryBytes = (elementCount(data.shape) * elementSize(data.dtype)) / extent;
  const atOnce = Math.max(1, Math.floor(roomBytes / (entryBytes * (2 * halo + 1))));
  const blocks: Dataset[] = [];
  for (let first = 0; first < entries.length; first += atOnce) {
    const wanted = entries.slice(first, first + atOnce);
    const around = wanted.map((entry) => widened({ axis, extent, start: entry, stop: entry + 1 }, halo));
    const ranges = around.map(({ from, to }) => ({ axis, extent, start: from, stop: to, ...names }));
    const read = await readInputRanges(references, ranges, { ...names, places });
    for (const [index, block] of around.entries()) {
      const named = nameAxes(read[index] ?? missing(axis), names);
      const known = angles === undefined ? named : replaceAngles(named, angles);
      blocks.push(await runSteps(stepsOnBlock(before, block, 0), known, quietly));
    }
  }
  return joinDatasets(blocks, axis);
}

function missing(axis: string): never {
  throw new RondelError('INTERNAL', `Not all of the sample along ${axis} was read.`);
}

/** What the sample is warned of, each block is as well. A few slices fit wherever a block does. */
const quietly = {
  signal: new AbortController().signal,
  memoryBytes: Infinity,
  onProgress: () => undefined,
  onStep: () => undefined,
  onLog: () => undefined,
};
