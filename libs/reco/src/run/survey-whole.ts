import { withFound, withWarnings, type CarriedWarning, type Dataset, type JsonValue } from '@rondel/contracts';
import type { BuiltStep } from '../build/build.js';
import { parallelAlong } from '../node/parallel-axes.js';
import { cutDataset, joinDatasets } from '../stages/blocks.js';
import type { StepContext } from '../node/package.js';
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
export function withSurvey(
  { path, definition, parameters, step }: BuiltStep,
  dataset: Dataset,
  { before, ...listener }: SurveyOptions,
): Dataset {
  const { survey } = definition;
  if (survey === undefined || step.survey === undefined || !survey.when(parameters, dataset)) return dataset;
  const { axis } = survey;
  const extent = dataset.data.shape[dataset.data.axes?.indexOf(axis) ?? -1] ?? 1;
  if (extent < 2 || before?.every((each) => parallelAlong(each).includes(axis))) return dataset;
  const entries = survey.entries(extent, parameters);
  const cuts = entries.map((entry) => cutDataset(dataset, { axis, start: entry, stop: entry + 1 }));
  const found: Record<string, JsonValue> = {};
  const warnings: CarriedWarning[] = [];
  try {
    step.survey(
      joinDatasets(cuts, axis),
      {
        log: listener.onLog,
        found: (property, value) => void (found[`${path}.${property}`] = value),
        warn(code, message, { property, amount } = {}) {
          const at = property !== undefined && { path: `${path}.${property}` };
          const warning = { code, message, step: path, ...at, ...(amount && { amount }) };
          warnings.push(warning);
          listener.onWarning?.(warning);
        },
      },
      { entries, extent },
    );
  } catch (error) {
    throw stepFailure(error, { path, definition });
  }
  return withWarnings(withFound(dataset, found), dataset.warnings, warnings);
}
