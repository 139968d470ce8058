import { RondelError, withWarnings, type ArrayFacts, type DatasetFacts } from '@rondel/contracts';
import { describeInOrder, putInOrder, type StoredAxes } from '@rondel/formats';
import { axesAssumed, axisDoubts, isOpen, toldBySlices, type AxisDoubt } from './axis-doubt.js';
import type { SubjobInput } from './subjob-input.js';
import type { AxisNames } from './named-axes.js';

/**
 * What the axes of arrays are called whose files name none, in the order in which they are stored: as the plan's first step
 * has them, unless the number of angles, or of slices for fields, only fits another one.
 *
 * Throws `DATA_SHAPE_MISMATCH` with both readings for a shape that can be read in two ways.
 */
export function bareNames({ data, companions }: DatasetFacts, names: AxisNames): AxisNames {
  if (!names.unnamedAxes.includes('angle')) return names;
  const angles = companions['angles']?.shape[0];
  const unnamedAxes = data.axes === undefined ? projectionNames(data.shape, angles) : undefined;
  const main = inOrder(data, { ...names, ...(unnamedAxes && { unnamedAxes }) });
  const slices = main.shape[main.axes?.indexOf('slice') ?? -1];
  const fields = Object.entries(names.companionAxes).map(([name, usual]): [string, readonly string[]] => {
    const field = companions[name];
    return [name, (field?.axes === undefined && fieldNames(name, field?.shape, slices)) || usual];
  });
  return { ...names, unnamedAxes: unnamedAxes ?? names.unnamedAxes, companionAxes: Object.fromEntries(fields) };
}

/** Which other readings there are of data that is read by these names; see `axisDoubts`. */
export function doubtsOf({ data, attributes }: DatasetFacts, bare: AxisNames): AxisDoubt[] {
  if (!bare.unnamedAxes.includes('angle')) return [];
  return axisDoubts({ data, names: bare.unnamedAxes, attributes }, inOrder(data, bare));
}

/**
 * The input with the axes of its arrays named and in order. Loading says when they were not in the usual one, and warns of raw
 * data whose values fit another order as well.
 */
export function withBareAxes(input: SubjobInput, names: AxisNames, onLog: (message: string) => void): SubjobInput {
  const { describe } = input;
  return {
    ...input,
    ...(describe && {
      describe: async () => {
        const described = await describe();
        const { data, companions } = described.dataset;
        const bare = bareNames(described.dataset, names);
        if (bare.unnamedAxes === names.unnamedAxes) return described;
        return { ...described, dataset: { ...described.dataset, data: inOrder(data, bare), companions } };
      },
    }),
    async load() {
      const { dataset, ...rest } = await input.load();
      const bare = bareNames(dataset, names);
      const companions = Object.entries(dataset.companions).map(([name, array]) => {
        const stored = storedIn(array, bare.companionAxes[name] ?? []);
        return [name, stored ? putInOrder(array, stored, `The ${name} field`) : array] as const;
      });
      const stored = bare.unnamedAxes === names.unnamedAxes ? undefined : storedIn(dataset.data, bare.unnamedAxes);
      if (stored)
        onLog(
          `The axes of the data were taken for [${stored.names.join(', ')}], as only that fits the number of angles.`,
        );
      const data = stored ? putInOrder(dataset.data, stored, 'The data') : dataset.data;
      const ordered = { ...dataset, data, companions: Object.fromEntries(companions) };
      const sample = toldBySlices(data.shape.at(-3) ?? 1);
      const open = describe ? doubtsOf(dataset, bare).filter((doubt) => isOpen(doubt, data, sample)) : [];
      const assumed = open.map((doubt) => axesAssumed(doubt, dataset.data.shape, bare.property));
      return { ...rest, dataset: withWarnings(ordered, dataset.warnings, assumed) };
    },
  };
}

function inOrder<T extends ArrayFacts>(array: T, { unnamedAxes }: Pick<AxisNames, 'unnamedAxes'>): T {
  const stored = storedIn(array, unnamedAxes);
  return stored ? describeInOrder(array, stored, 'The data') : array;
}

/** The last of the names, where the array has none of its own. */
function storedIn({ axes, shape }: ArrayFacts, names: readonly string[]): StoredAxes | undefined {
  if (axes !== undefined || shape.length > names.length) return undefined;
  return { names: names.slice(names.length - shape.length), reversed: [] };
}

/** Undefined for the usual order. */
function projectionNames(shape: readonly number[], angles: number | undefined): readonly string[] | undefined {
  if (angles === undefined) return undefined;
  const [rows, columns] = shape.slice(-2);
  if (shape.length === 2) return rows !== angles && columns === angles ? ['detector', 'angle'] : undefined;
  const [first, second] = shape.slice(-3);
  if (first !== angles) return undefined;
  const leading = shape.length === 4 ? ['frame'] : [];
  if (second !== angles) return [...leading, 'angle', 'slice', 'detector'];
  if (angles === 1 || shape.length === 4) return undefined;
  throw twoReadings('data', shape, ['slice', 'angle', 'detector']);
}

function fieldNames(
  name: string,
  shape: readonly number[] | undefined,
  slices: number | undefined,
): readonly string[] | undefined {
  const [first, second] = shape ?? [];
  if (shape?.length !== 3 || slices === undefined || second !== slices) return undefined;
  if (first !== slices) return ['sample', 'slice', 'detector'];
  if (slices === 1) return undefined;
  throw twoReadings(name, shape, ['slice', 'sample', 'detector']);
}

function twoReadings(name: string, shape: readonly number[], [a = '', b = '', c = '']: readonly string[]): RondelError {
  const [one, other] = [[a, b, c].join(), [b, a, c].join()];
  return new RondelError(
    'DATA_SHAPE_MISMATCH',
    `The array "${name}" of shape [${shape.join(', ')}] can be read in two ways, as [${one}] and as [${other}]. Say which: put ?axes=${one} or ?axes=${other} behind its reference or file${name === 'data' ? ', or set axes of TransmissionPreprocessingParameters' : ''}.`,
    { details: { shape: [...shape] } },
  );
}
