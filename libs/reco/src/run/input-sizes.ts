import { elementSize, type ArrayFacts, type DatasetFacts } from '@rondel/contracts';
import type { BuiltStep } from '../build/build.js';
import type { InputShape } from '../node/built-node.js';
import type { WholeInput } from '../node/parallel-axes.js';

type SizedStep = Pick<BuiltStep, 'definition' | 'parameters'>;

/**
 * What each of some steps is given of a dataset that is a whole; undefined from where one does not say what comes out of it. Later
 * ones are taken to be told the same of the data as the first.
 */
export function wholeInputs(
  steps: readonly SizedStep[],
  { data, attributes }: Pick<DatasetFacts, 'data' | 'attributes'>,
): (WholeInput | undefined)[] {
  let size: InputShape | undefined = inputOf(steps, data);
  return steps.map(({ definition, parameters }) => {
    const given = size;
    size = given && definition.outputSize?.of(parameters, given);
    return given && { ...given, attributes };
  });
}

/** The input of steps, its axes in the order in which the first of them takes them, if it has names for them. */
export function inputOf([first]: readonly SizedStep[], data: ArrayFacts): InputShape {
  const { shape, axes } = data;
  const names = first?.definition.input ?? [];
  const extents = axes?.every((axis) => names.includes(axis)) === true;
  const ordered = extents ? names.map((name) => shape[axes.indexOf(name)] ?? 1) : shape;
  return { shape: ordered, elementBytes: elementSize(data.dtype) };
}
