import { withFound, withWarnings, type Dataset, type JsonValue, type CarriedWarning } from '@rondel/contracts';
import { joinDatasets, stepFailure, type BuiltStep, type RunListener } from '@rondel/reco';
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
  readonly first: BuiltStep | undefined;
  readonly names: AxisNames;
  /** Of the plan, in place of those of the data. */
  readonly angles: PlanAngles | undefined;
  readonly listener: Pick<RunListener, 'onLog' | 'onWarning'>;
}

/**
 * What is known of a job's raw data, with what its first step finds in a sample of it, so that blocks can be computed apart
 * that would not agree on it. The same where there is nothing to find, or the data has no such axis. Reads the sample only.
 *
 * Throws what the step throws, with its path.
 */
export async function surveyInput(
  described: DescribedInput,
  { first, names, angles, listener }: Survey,
  places: Places,
): Promise<DescribedInput> {
  const survey = first?.definition.survey;
  if (first?.step.survey === undefined || !survey?.when(first.parameters, described.dataset)) return described;
  const { axis } = survey;
  const { data } = described.dataset;
  const extent = data.shape[axesOf(data, names.unnamedAxes)?.indexOf(axis) ?? -1];
  if (extent === undefined || extent < 2) return described;
  const found: Record<string, JsonValue> = {};
  const warnings: CarriedWarning[] = [];
  const { path } = first;
  const context: Parameters<typeof first.step.survey>[1] = {
    log: listener.onLog,
    found: (property, value) => void (found[`${path}.${property}`] = value),
    warn(code, message, { property, amount } = {}) {
      const at = property !== undefined && { path: `${path}.${property}` };
      const warning = { code, message, step: path, ...at, ...(amount && { amount }) };
      warnings.push(warning);
      listener.onWarning?.(warning);
    },
  };
  const entries = survey.entries(extent);
  const sample = await readSample(described.references, { axis, extent, entries, names }, places);
  try {
    first.step.survey(angles === undefined ? sample : replaceAngles(sample, angles), context);
  } catch (error) {
    throw stepFailure(error, first);
  }
  return { ...described, dataset: withWarnings(withFound(described.dataset, found), warnings) };
}

interface Sample {
  readonly axis: string;
  readonly extent: number;
  /** Which of them, from 0. */
  readonly entries: readonly number[];
  readonly names: AxisNames;
}

/** Some entries of an axis as if there were no others. */
async function readSample(
  references: DescribedInput['references'],
  { axis, extent, entries, names }: Sample,
  places: Places,
): Promise<Dataset> {
  const blocks: Dataset[] = [];
  for (const entry of entries) {
    const range = { axis, extent, start: entry, stop: entry + 1, ...names };
    blocks.push(nameAxes(await readInputRange(references, range, places), names));
  }
  return joinDatasets(blocks, axis);
}
