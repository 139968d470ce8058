import {
  withFound,
  withWarnings,
  type CarriedWarning,
  type Dataset,
  type DatasetFacts,
  type JsonValue,
} from '@rondel/contracts';
import type { BuiltStep } from '../build/build.js';
import { parallelAlong } from '../node/parallel-axes.js';
import { cutDataset, joinDatasets } from '../stages/blocks.js';
import type { SampledEntries, StepContext } from '../node/package.js';
import { stepFailure } from './step-failure.js';

interface SurveyOptions {
  /** Steps that the data has gone through in this run; undefined where that was in another one. */
  readonly before?: readonly BuiltStep[];
  readonly onLog: StepContext['log'];
  readonly onWarning?: (warning: CarriedWarning) => void;
}

/**
 * Data with what a step finds in a sample of it, as it would in all of it, so that from there on blocks can be computed apart. The same
 * where there is nothing to find, or the steps before it are such that it was to be found in the raw data before these.
 *
 * Throws what the step throws, with its path.
 */
export function withSurvey(surveyor: BuiltStep, dataset: Dataset, { before, ...listener }: SurveyOptions): Dataset {
  const { definition, parameters, step } = surveyor;
  const { survey } = definition;
  if (survey === undefined || step.survey === undefined || !survey.when(parameters, dataset)) return dataset;
  const { axis } = survey;
  const extent = dataset.data.shape[dataset.data.axes?.indexOf(axis) ?? -1] ?? 1;
  if (extent < 2 || before?.every((each) => parallelAlong(each).includes(axis))) return dataset;
  const entries = survey.entries(extent, parameters, dataset);
  const cuts = entries.map((entry) => cutDataset(dataset, { axis, start: entry, stop: entry + 1 }));
  return withFindings(dataset, { surveyor, sample: joinDatasets(cuts, axis), sampled: { entries, extent } }, listener);
}

interface Finding {
  readonly surveyor: BuiltStep;
  readonly sample: Dataset;
  /** Which entries of the whole the sample has. */
  readonly sampled: SampledEntries;
}

/** A dataset, or what is known of one, with what a step finds in a sample of it. Throws what the step throws, with its path. */
export function withFindings<T extends Pick<DatasetFacts, 'attributes' | 'warnings'>>(
  dataset: T,
  { surveyor, sample, sampled }: Finding,
  listener: Pick<SurveyOptions, 'onLog' | 'onWarning'>,
): T {
  const { path, step } = surveyor;
  const found: Record<string, JsonValue> = {};
  const warnings: CarriedWarning[] = [];
  const context: Pick<StepContext, 'found' | 'warn' | 'log'> = {
    log: listener.onLog,
    found: (property, value) => void (found[`${path}.${property}`] = value),
    warn(code, message, { property, amount } = {}) {
      const at = property !== undefined && { path: `${path}.${property}` };
      const warning = { code, message, step: path, ...at, ...(amount && { amount }) };
      warnings.push(warning);
      listener.onWarning?.(warning);
    },
  };
  try {
    step.survey?.(sample, context, sampled);
  } catch (error) {
    throw stepFailure(error, surveyor);
  }
  return withWarnings(withFound(dataset, found), warnings);
}
