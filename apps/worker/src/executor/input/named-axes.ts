import type { ArrayFacts, Dataset, NdArray } from '@rondel/contracts';
import type { PlacedStep } from '@rondel/reco';

/** What the axes of a job's raw data are called where the files do not say. */
export interface AxisNames {
  /** Names for the axes of a main array without. */
  readonly unnamedAxes: readonly string[];
  /** The same for companions, by name. */
  readonly companionAxes: Readonly<Record<string, readonly string[]>>;
  /** Path of the plan's property that may say so. */
  readonly property?: string | undefined;
}

/** The names that the plan's first step gives them. */
export function axisNames(placed: readonly Pick<PlacedStep, 'path' | 'definition'>[]): AxisNames {
  const [first] = placed;
  const named = placed.find(({ definition }) => definition.properties['axes'] !== undefined);
  return {
    unnamedAxes: first?.definition.input ?? [],
    companionAxes: first?.definition.companions ?? {},
    property: named && `${named.path}.axes`,
  };
}

/**
 * A bare file does not name its axes. It has the last of the names where it has fewer axes: [slice, angle, detector] of
 * [frame, slice, angle, detector].
 */
export function axesOf({ axes, shape }: Pick<ArrayFacts, 'axes' | 'shape'>, names: readonly string[]) {
  if (axes !== undefined || shape.length > names.length) return axes;
  return names.slice(names.length - shape.length);
}

/** A dataset whose arrays have names for their axes, as far as there are some. */
export function nameAxes(dataset: Dataset, { unnamedAxes, companionAxes }: AxisNames): Dataset {
  const named = <T extends ArrayFacts>(array: T, names: readonly string[]): T => {
    const axes = axesOf(array, names);
    return axes === array.axes ? array : { ...array, ...(axes && { axes }) };
  };
  const companions = Object.entries(dataset.companions).map(([name, array]): [string, NdArray] => [
    name,
    named(array, companionAxes[name] ?? []),
  ]);
  return { ...dataset, data: named(dataset.data, unnamedAxes), companions: Object.fromEntries(companions) };
}
