import type { DType, NdArray } from '@rondel/contracts';
import { receiver, type MdfLayout } from './layout.js';

/** Extents of an array that a file may hold. `undefined`: any. */
type Extents = readonly (number | undefined)[];

/** How an array is stored in a file and handed on. */
export interface CompanionKind {
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
  /** What is wrong with values, as the end of a sentence; undefined where nothing is. */
  readonly check?: (values: NdArray['data'], layout: MdfLayout) => string | undefined;
  /** Whether it means anything for such data; always unless told. */
  readonly when?: (layout: MdfLayout) => boolean;
  /** Whether it must be there then. */
  readonly isNeeded?: boolean;
  /** The shape in which it is written, where that has more axes. */
  readonly written?: (shape: readonly number[]) => readonly number[];
}

const kinds = {
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
    // Samples are handed on as what the factors make of them.
    when: ({ isFourierTransformed }) => isFourierTransformed,
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
    isNeeded: true,
    check: (values, { frames }) => notDistinct(values, frames),
  },
  frequencySelection: {
    path: '/measurement/frequencySelection',
    dtype: 'int32',
    axes: ['frequency'],
    extents: ({ entries }) => [entries],
    when: ({ isFourierTransformed, isFrequencySelection }) => isFourierTransformed && isFrequencySelection,
    isNeeded: true,
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
    written: withPart,
  },
  offsetField: {
    path: '/acquisition/offsetField',
    dtype: 'float64',
    axes: ['period', 'component'],
    extents: ({ periods }) => [periods, 3],
    alike: (shape) => withoutPart(shape, 3),
    isRepeated: true,
    written: withPart,
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
} as const satisfies Readonly<Record<string, CompanionKind>>;

/** What an MDF file may hold beside its data. */
export type MdfCompanionName = keyof typeof kinds;

export const companionKinds: Readonly<Record<MdfCompanionName, CompanionKind>> = kinds;

function keptFrequencies({ entries, frequencies, isFourierTransformed }: Omit<MdfLayout, 'periods' | 'channels'>) {
  return isFourierTransformed ? entries : frequencies;
}

/** Three numbers, or three for each of several periods; three times three are a matrix. */
function isDiagonal(shape: readonly number[]): boolean {
  return shape.at(-1) === 3 && (shape.length === 1 || (shape.length === 2 && shape[0] !== 3));
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

function withPart([first = 1, ...rest]: readonly number[]): readonly number[] {
  return [first, 1, ...rest];
}
