import { elementCount, elementSize, type ArrayFacts, type DType, type NdArray } from '@rondel/contracts';
import { allocateBytes, formatError } from '../../file/data-errors.js';
import { componentsOf, typedView } from '../../array/typed-array.js';
import { readPlainArray } from '../library/array-reader.js';
import type { OpenedHdf5 } from '../library/opened-hdf5.js';
import { describeComplex, receiver, type MdfLayout } from './layout.js';
import { hasDataset, mismatch } from './values.js';

/** An array beside the data, as it is stored and as it is handed on. */
export interface MdfCompanion {
  readonly path: string;
  readonly facts: ArrayFacts;
  readonly read: (file: OpenedHdf5) => NdArray;
}

/** Extents of an array that a file may hold. `undefined`: any. */
type Extents = readonly (number | undefined)[];

interface CompanionKind {
  readonly path: string;
  readonly dtype: DType;
  readonly axes: readonly string[];
  /** Extents that it must have. */
  readonly extents: (layout: MdfLayout) => Extents;
  /** Shapes that say the same with fewer or more axes; by default axes of 1 before the others are left out. */
  readonly alike?: (shape: readonly number[]) => readonly number[];
  /** Whether one entry along the first axis stands for all of them. */
  readonly isRepeated?: boolean;
  /** Whether matrices may be written as their diagonals. */
  readonly mayBeDiagonal?: boolean;
  /** Whether all frequencies may be there where the data has a selection of them. */
  readonly isSelected?: boolean;
  /** What the values must be. Throws. */
  readonly check?: (values: NdArray['data'], layout: MdfLayout) => string | undefined;
  readonly when?: (layout: MdfLayout) => boolean;
}

const kinds: Readonly<Record<string, CompanionKind>> = {
  snr: {
    path: '/calibration/snr',
    dtype: 'float32',
    axes: ['period', 'channel', 'frequency'],
    extents: ({ periods, channels, ...layout }) => [periods, channels, keptFrequencies(layout)],
    isRepeated: true,
    isSelected: true,
  },
  transferFunction: {
    path: `${receiver}/transferFunction`,
    dtype: 'complex64',
    axes: ['channel', 'frequency'],
    extents: ({ channels, frequencies }) => [channels, frequencies],
  },
  inductionFactor: {
    path: `${receiver}/inductionFactor`,
    dtype: 'float64',
    axes: ['channel'],
    extents: ({ channels }) => [channels],
  },
  dataConversionFactor: {
    path: `${receiver}/dataConversionFactor`,
    dtype: 'float64',
    axes: ['channel', 'term'],
    extents: ({ channels }) => [channels, 2],
  },
  isBackgroundFrame: {
    path: '/measurement/isBackgroundFrame',
    dtype: 'uint8',
    axes: ['frame'],
    extents: ({ frames }) => [frames],
    check: (values) => (values.some((value) => value !== 0 && value !== 1) ? 'may only hold 0 and 1' : undefined),
  },
  framePermutation: {
    path: '/measurement/framePermutation',
    dtype: 'int32',
    axes: ['frame'],
    extents: ({ frames }) => [frames],
    when: ({ isFramePermutation }) => isFramePermutation,
    check: (values, { frames }) => notDistinct(values, frames),
  },
  frequencySelection: {
    path: '/measurement/frequencySelection',
    dtype: 'int32',
    axes: ['frequency'],
    extents: ({ entries }) => [entries],
    when: ({ isFourierTransformed, isFrequencySelection }) => isFourierTransformed && isFrequencySelection,
    check: (values, { frequencies }) => notDistinct(values, frequencies),
  },
  gradient: {
    path: '/acquisition/gradient',
    dtype: 'float64',
    axes: ['period', 'row', 'column'],
    extents: ({ periods }) => [periods, 3, 3],
    alike: (shape) => (isDiagonal(shape) ? [...shape, 3] : withoutPart(shape, 4)),
    isRepeated: true,
    mayBeDiagonal: true,
  },
  offsetField: {
    path: '/acquisition/offsetField',
    dtype: 'float64',
    axes: ['period', 'component'],
    extents: ({ periods }) => [periods, 3],
    alike: (shape) => withoutPart(shape, 3),
    isRepeated: true,
  },
  strength: {
    path: '/acquisition/drivefield/strength',
    dtype: 'float64',
    axes: ['period', 'driveChannel', 'component'],
    extents: ({ periods }) => [periods, undefined, undefined],
    isRepeated: true,
  },
  phase: {
    path: '/acquisition/drivefield/phase',
    dtype: 'float64',
    axes: ['period', 'driveChannel', 'component'],
    extents: ({ periods }) => [periods, undefined, undefined],
    isRepeated: true,
  },
  divider: {
    path: '/acquisition/drivefield/divider',
    dtype: 'float64',
    axes: ['driveChannel', 'component'],
    extents: () => [undefined, undefined],
    alike: (shape) => (shape.length === 1 ? [...shape, 1] : shape),
  },
  positions: {
    path: '/calibration/positions',
    dtype: 'float64',
    axes: ['position', 'component'],
    extents: () => [undefined, 3],
  },
};

/**
 * The arrays beside the data, by name, as far as the file has them. Nothing is read.
 *
 * Throws `DATA_SHAPE_MISMATCH` for one that does not belong to the data, `DATA_FORMAT`.
 */
export function companionsOf(
  file: OpenedHdf5,
  layout: MdfLayout,
  without: readonly string[] = [],
): ReadonlyMap<string, MdfCompanion> {
  const present = Object.entries(kinds).filter(
    ([name, { path, when }]) => !without.includes(name) && (when?.(layout) ?? true) && hasDataset(file, path),
  );
  const found = new Map(present.map(([name, kind]) => [name, companionOf(file, layout, kind)]));
  for (const [name, { path, when }] of Object.entries(kinds)) {
    if (when?.(layout) === true && !found.has(name) && !without.includes(name)) {
      throw formatError(file.label, `says that it has ${path}, which is not there.`);
    }
  }
  return found;
}

function companionOf(file: OpenedHdf5, layout: MdfLayout, kind: CompanionKind): MdfCompanion {
  const { path, dtype, axes } = kind;
  const stored = describeComplex(file, path, dtype === 'complex64' ? axes.length : Infinity);
  if (stored.isComplex !== dtype.startsWith('complex')) {
    throw formatError(
      file.label,
      `${path} must be ${stored.isComplex ? 'real' : 'complex'}, is ${stored.element.dtype}.`,
    );
  }
  const shape = fittingShape(stored.shape, kind, layout);
  if (shape === undefined) {
    const wanted = kind.extents(layout).map((extent, axis) => extent ?? axes[axis] ?? '?');
    throw mismatch(
      file,
      `${path} must have shape [${wanted.join(', ')}] as ${axes.join(', ')} to belong to the data, has [${stored.shape.join(', ')}]`,
    );
  }
  const wanted = kind.extents(layout);
  const whole = shape.map((extent, axis) => wanted[axis] ?? extent);
  const facts = { dtype, shape: whole, axes };
  return { path, facts, read: (opened) => readCompanion(opened, { kind, layout, facts, stored: shape }) };
}

/** The shape with all axes; undefined when it does not fit. */
function fittingShape(
  stored: readonly number[],
  { axes, extents, alike, isRepeated, isSelected }: CompanionKind,
  layout: MdfLayout,
): readonly number[] | undefined {
  const written = alike?.(stored) ?? stored;
  const missing = axes.length - written.length;
  if (missing < 0) return undefined;
  const shape = [...Array.from({ length: missing }, () => 1), ...written];
  const wanted = extents(layout);
  const fits = shape.every((extent, axis) => {
    if (axis === 0 && isRepeated === true && extent === 1) return true;
    if (axis === shape.length - 1 && isSelected === true && extent === layout.frequencies) return true;
    return wanted[axis] === undefined ? extent > 0 : extent === wanted[axis];
  });
  return fits ? shape : undefined;
}

function keptFrequencies({ entries, frequencies, isFourierTransformed }: Omit<MdfLayout, 'periods' | 'channels'>) {
  return isFourierTransformed ? entries : frequencies;
}

interface CompanionReading {
  readonly kind: CompanionKind;
  readonly layout: MdfLayout;
  readonly facts: ArrayFacts;
  /** With all axes, as it lies in the file. */
  readonly stored: readonly number[];
}

function readCompanion(file: OpenedHdf5, { kind, layout, facts, stored }: CompanionReading): NdArray {
  const { path, check, mayBeDiagonal } = kind;
  const { data } = readPlainArray(file, path);
  const problem = check?.(data, layout);
  if (problem !== undefined) throw formatError(file.label, `${path} ${problem}.`);
  const isShort = mayBeDiagonal === true && data.length < elementCount(stored);
  const once = selected(file, isShort ? fromDiagonals(data) : data, { layout, facts, stored });
  const elements = elementCount(facts.shape);
  const length = elements * componentsOf(facts.dtype);
  const memory = allocateBytes(file.label, elements * elementSize(facts.dtype));
  const values = typedView(facts.dtype, memory, { length });
  for (let start = 0; start < length; start += once.length) values.set(once, start);
  return { ...facts, data: values };
}

/** Those of all frequencies that the data has. */
function selected(
  file: OpenedHdf5,
  values: NdArray['data'],
  { layout, facts, stored }: Pick<CompanionReading, 'layout' | 'facts' | 'stored'>,
): NdArray['data'] {
  const [kept = 1, all = 1] = [facts.shape.at(-1), stored.at(-1)];
  if (kept === all) return values;
  const selection = companionsOf(file, layout).get('frequencySelection')?.read(file).data ?? [];
  const rows = values.length / all;
  return Float64Array.from({ length: rows * kept }, (_, at) => {
    return values[Math.floor(at / kept) * all + (selection[at % kept] ?? 1) - 1] ?? 0;
  });
}

/** Three numbers, or three for each of several periods; three times three are a matrix. */
function isDiagonal(shape: readonly number[]): boolean {
  return shape.at(-1) === 3 && (shape.length === 1 || (shape.length === 2 && shape[0] !== 3));
}

function fromDiagonals(values: NdArray['data']): Float64Array {
  const matrices = new Float64Array(values.length * 3);
  for (const [at, value] of values.entries()) matrices[Math.floor(at / 3) * 9 + (at % 3) * 4] = value;
  return matrices;
}

/** An axis of one entry behind the first: fields that add up, of which there is one. */
function withoutPart(shape: readonly number[], rank: number): readonly number[] {
  return shape.length === rank && shape[1] === 1 ? [shape[0] ?? 1, ...shape.slice(2)] : shape;
}

/** Each of 1 to `most` at most once, as many as there are. */
function notDistinct(values: NdArray['data'], most: number): string | undefined {
  const seen = new Uint8Array(most + 1);
  for (const value of values) {
    if (!Number.isInteger(value) || value < 1 || value > most)
      return `holds ${value}, which is no number from 1 to ${most}`;
    if (seen[value] === 1) return `holds ${value} twice`;
    seen[value] = 1;
  }
  return undefined;
}
