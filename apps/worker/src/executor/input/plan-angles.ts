import { hash } from 'node:crypto';
import {
  withWarnings,
  type ArrayFacts,
  type Dataset,
  type DatasetFacts,
  type NdArray,
  type Warning,
} from '@rondel/contracts';
import { stepsOf, type PlanTree, type Registry } from '@rondel/reco';
import type { SubjobInput } from './subjob-input.js';

/** The projection angles that a plan gives, in radians, and where. */
export interface PlanAngles {
  readonly path: string;
  readonly values: Float64Array;
}

/** The first list of numbers that a step of the plan has as `angles`; undefined when there is none. */
export function planAngles(tree: PlanTree, registry: Registry): PlanAngles | undefined {
  for (const step of stepsOf(tree, registry)) {
    const { angles } = step.tree;
    if (!Array.isArray(angles)) continue;
    const values = angles.filter((angle) => typeof angle === 'number');
    if (values.length === angles.length) return { path: `${step.path}.angles`, values: Float64Array.from(values) };
  }
  return undefined;
}

/**
 * The raw data with the plan's angles in place of its own, so that every step knows them: also those that find the rotation
 * axis before the step that has the property.
 */
export function withPlanAngles(input: SubjobInput, angles: PlanAngles | undefined): SubjobInput {
  if (angles === undefined) return input;
  const { describe } = input;
  const { path, values } = angles;
  return {
    ...input,
    ...(describe && {
      describe: async () => {
        const described = await describe();
        return { ...described, dataset: knowingAngles(described.dataset, angles) };
      },
    }),
    async load() {
      const { dataset, ...rest } = await input.load();
      const { angles: own } = dataset.companions;
      const { companions } = replaceAngles(dataset, angles);
      const replaced: Warning[] = own === undefined || areSame(own, values) ? [] : [replacedWarning(path)];
      return { ...rest, dataset: withWarnings({ ...dataset, companions }, dataset.warnings, replaced) };
    },
  };
}

/** The dataset with these angles. */
export function replaceAngles(dataset: Dataset, angles: PlanAngles): Dataset {
  const replaced = { ...factsOf(angles), data: angles.values };
  return { ...dataset, companions: { ...dataset.companions, angles: replaced } };
}

/** The same for data of which no values are known. */
export function knowingAngles(dataset: DatasetFacts, angles: PlanAngles | undefined): DatasetFacts {
  if (angles === undefined) return dataset;
  return { ...dataset, companions: { ...dataset.companions, angles: factsOf(angles) } };
}

function factsOf({ values }: PlanAngles): ArrayFacts {
  return { dtype: 'float64', shape: [values.length], axes: ['angle'] };
}

/** What tells one plan's angles from another's. */
export function anglesIdentity(angles: PlanAngles | undefined): string {
  return angles === undefined ? '' : hash('sha256', new Uint8Array(angles.values.buffer));
}

function areSame({ data }: NdArray, values: Float64Array): boolean {
  return data.length === values.length && values.every((angle, index) => Math.abs(angle - (data[index] ?? 0)) < 1e-9);
}

function replacedWarning(path: string): Warning {
  return {
    code: 'ANGLES_REPLACED',
    message: 'The angles of the plan are used; the data carries other ones.',
    path,
  };
}
