import { withFound, withWarnings, type Dataset, type JsonValue, type CarriedWarning } from '@rondel/contracts';
import { joinDatasets, stepFailure, type BuiltStep, type RunListener } from '@rondel/reco';
import { axesOf, nameAxes, type AxisNames } from './named-axes.js';
import { replaceAngles, type PlanAngles } from './plan-angles.js';
import { readInputRange, type DescribedInput, type Places } from './read-input.js';

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
  const blocks: Dataset[] = [];
  for (const entry of survey.entries(extent)) {
    const range = { axis, extent, start: entry, stop: entry + 1, ...names };
    blocks.push(nameAxes(await readInputRange(described.references, range, places), names));
  }
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
  const sample = joinDatasets(blocks, axis);
  try {
    first.step.survey(angles === undefined ? sample : replaceAngles(sample, angles), context);
  } catch (error) {
    throw stepFailure(error, first);
  }
  return { ...described, dataset: withWarnings(withFound(described.dataset, found), warnings) };
}
