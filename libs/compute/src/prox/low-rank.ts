import { RondelError } from '@rondel/contracts';
import type { Tensor } from '@tensorflow/tfjs-core';
import { changeEntries, weightOf, type HostEntry } from './host-entries.js';
import type { ImageKind } from './pairs.js';
import type { Penalty } from './penalty.js';
import { complexMatrix, thresholdSingularValues } from './singular-values.js';

/**
 * Sum of the singular values of the image as a matrix: x is [columns, rows, batch] or has as many values, which is the matrix
 * column by column as Julia has it; of pairs [2, ...]. Computed on the host, in float64.
 */
export function nuclear({
  rows,
  columns,
  complex = false,
}: ImageKind & { readonly rows: number; readonly columns: number }): Penalty {
  const places = Array.from({ length: rows * columns }, (_, at) => (at % columns) * rows + Math.floor(at / columns));
  return {
    name: 'NuclearRegularization',
    prox: (x, weight) =>
      changeEntries(x, complex, (entry, at) => {
        requirePixels('NuclearRegularization', entry, { pixels: rows * columns, images: 1 });
        thresholdAt(entry, { places, columns }, weightOf(weight, at));
      }),
    separable: false,
  };
}

export interface LocallyLowRankOptions extends ImageKind {
  /** Size of one image, slowest axis first; x is [images, ...shape, batch] or has as many values, of pairs [2, ...]. */
  readonly shape: readonly number[];
  /** Size of a block along each axis of `shape`. */
  readonly blockSize: readonly number[];
  /** Moves blocks from iteration to iteration, by the same amounts in every run. */
  readonly shifted?: boolean;
}

/**
 * Sum over blocks of the singular values of the matrix [pixel of the block, image] (Zhang, Pauly and Levesque 2015, Magnetic
 * Resonance in Medicine 73). Blocks at the ends of axes are smaller. Computed on the host, in float64.
 */
export function locallyLowRank(options: LocallyLowRankOptions): Penalty {
  const { shape, blockSize, shifted = false, complex = false } = options;
  if (blockSize.length !== shape.length) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `LLRRegularization: blockSize has ${blockSize.length} numbers, shape has ${shape.length}.`,
      { at: 'reg' },
    );
  }
  const pixels = shape.reduce((product, extent) => product * extent, 1);
  return {
    name: 'LLRRegularization',
    prox(x: Tensor, weight, iteration) {
      const shift = blockSize.map((extent, axis) => (shifted ? shiftAt(iteration, axis) % extent : 0));
      const blocks = blocksOf({ shape, blockSize, shift });
      return changeEntries(x, complex, (entry, at) => {
        const images = entry.real.length / pixels;
        requirePixels('LLRRegularization', entry, { pixels, images: Math.floor(images) });
        const own = weightOf(weight, at);
        for (const block of blocks) {
          const places = block.flatMap((pixel) => Array.from({ length: images }, (_, image) => image * pixels + pixel));
          thresholdAt(entry, { places, columns: images }, own);
        }
      });
    },
    separable: false,
  };
}

/** Where the elements of a matrix lie in an image, row by row. */
interface MatrixPlaces {
  readonly places: readonly number[];
  readonly columns: number;
}

function thresholdAt({ real, imaginary }: HostEntry, { places, columns }: MatrixPlaces, weight: number): void {
  const matrix = complexMatrix(places.length / columns, columns);
  places.forEach((place, at) => {
    matrix.real[at] = real[place] ?? 0;
    matrix.imaginary[at] = imaginary[place] ?? 0;
  });
  const result = thresholdSingularValues(matrix, weight);
  places.forEach((place, at) => {
    real[place] = result.real[at] ?? 0;
    imaginary[place] = result.imaginary[at] ?? 0;
  });
}

/** Pixels of every block of an image whose grid of blocks begins at `shift`, around its ends. */
function blocksOf({ shape, blockSize, shift }: Record<'shape' | 'blockSize' | 'shift', readonly number[]>): number[][] {
  return shape.reduce<number[][]>(
    (blocks, extent, axis) => {
      const size = blockSize[axis] ?? 1;
      const ranges = Array.from({ length: Math.ceil(extent / size) }, (_, block) =>
        Array.from(
          { length: Math.min(size, extent - block * size) },
          (_, at) => (block * size + at + (shift[axis] ?? 0)) % extent,
        ),
      );
      return blocks.flatMap((block) =>
        ranges.map((range) => block.flatMap((before) => range.map((place) => before * extent + place))),
      );
    },
    [[0]],
  );
}

/** A number that looks random and is the same every time. */
function shiftAt(iteration: number, axis: number): number {
  let mixed = Math.imul(iteration * 8 + axis + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

function requirePixels(
  name: string,
  { real }: HostEntry,
  { pixels, images }: { readonly pixels: number; readonly images: number },
): void {
  if (images > 0 && real.length === pixels * images) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${name}: its shape has ${pixels} pixels, which do not divide the image of ${real.length}.`,
    { at: 'reg' },
  );
}
