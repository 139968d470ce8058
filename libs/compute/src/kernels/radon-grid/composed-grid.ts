import {
  add,
  concat,
  matMul,
  mul,
  reshape,
  scatterND,
  slice2d,
  slice3d,
  stack,
  sub,
  tensor2d,
  tidy,
  tile,
  zeros,
  type Rank,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { asTensor3D } from '../domain-kernel.js';
import type { ParallelGeometry } from '../projection/parallel-geometry.js';
import { gridSize, tapWidth, type GridSize } from './grid-size.js';
import { pixelFactors, radialFactors, tap } from './grid-tables.js';

/** Cells that one scattering puts samples onto, at most; at least those of one angle. */
const mostPuts = 2 ** 21;

/** A complex matrix in two. */
interface ComplexMatrix {
  readonly re: Tensor2D;
  readonly im: Tensor2D;
}

function complexMatrix(
  [rows, columns]: readonly [number, number],
  entry: (row: number, column: number) => readonly [size: number, phase: number],
): ComplexMatrix {
  const [re, im] = [new Float32Array(rows * columns), new Float32Array(rows * columns)];
  for (let at = 0; at < re.length; at++) {
    const [size, phase] = entry(Math.floor(at / columns), at % columns);
    re[at] = size * Math.cos(phase);
    im[at] = size * Math.sin(phase);
  }
  return { re: tensor2d(re, [rows, columns]), im: tensor2d(im, [rows, columns]) };
}

/** [frequency, bin]: the transform of a row, times what each frequency is multiplied with. */
function rowTransform(geometry: ParallelGeometry, size: GridSize): ComplexMatrix {
  const factors = radialFactors(geometry, size);
  return complexMatrix([size.radial, geometry.detectors], (j, bin) => {
    const [re, im] = [factors[2 * j] ?? 0, factors[2 * j + 1] ?? 0];
    // Whole turns are taken off before the product is rounded.
    const turns = ((j * bin) % size.rowLength) / size.rowLength;
    return [Math.hypot(re, im), Math.atan2(im, re) - 2 * Math.PI * turns];
  });
}

/** [pixel, cell]: the transform from cells to pixels along an axis; `sign` is that of the pixel's coordinate. */
function pixelTransform(pixels: number, cells: number, sign: 1 | -1): ComplexMatrix {
  const factors = pixelFactors(pixels, cells);
  const middle = Math.floor(pixels / 2);
  return complexMatrix([pixels, cells], (pixel, cell) => {
    const turns = ((sign * (pixel - middle) * cell) % cells) / cells;
    return [factors[pixel] ?? 0, 2 * Math.PI * turns];
  });
}

/** Cells [tap, sample] of some angles on the whole grid, [x][y], and what each of them gets of its sample. */
function puts(angles: Float64Array, { rowLength, radial, grid }: GridSize) {
  const samples = angles.length * radial;
  const taps = tapWidth * tapWidth;
  const [cells, weights] = [new Int32Array(taps * samples), new Float32Array(taps * samples)];
  const along = (place: number, extent: number) => {
    const first = Math.floor(place) - tapWidth / 2 + 1;
    return Array.from({ length: tapWidth }, (_, index) => {
      const cell = first + index;
      return [cell - extent * Math.floor(cell / extent), tap(cell - place)] as const;
    });
  };
  angles.forEach((angle, index) => {
    for (let j = 0; j < radial; j++) {
      const x = along((j * Math.cos(angle) * grid[0]) / rowLength, grid[0]);
      const y = along((j * Math.sin(angle) * grid[1]) / rowLength, grid[1]);
      const sample = index * radial + j;
      x.forEach(([cellX, weightX], tapX) =>
        y.forEach(([cellY, weightY], tapY) => {
          const at = (tapX * tapWidth + tapY) * samples + sample;
          cells[at] = cellX * grid[1] + cellY;
          weights[at] = weightX * weightY;
        }),
      );
    }
  });
  return { cells: tensor2d(cells, [cells.length, 1]), weights: tensor2d(weights, [weights.length, 1]) };
}

/** Real and imaginary parts [cell, part] of the samples of some angles, [angle, bin]. */
function onCells(rows: Tensor2D, angles: Float64Array, ofRows: ComplexMatrix, size: GridSize): Tensor2D {
  const samples = rows.shape[0] * size.radial;
  const parts = [ofRows.re, ofRows.im].map((part) => reshape(matMul(rows, part, false, true), [samples, 1]));
  const { cells, weights } = puts(angles, size);
  const repeated = tile(concat(parts, 1), [tapWidth * tapWidth, 1]);
  return scatterND<Rank.R2>(cells, mul(repeated, weights), [size.grid[0] * size.grid[1], 2]);
}

/**
 * The grid from core operations, for engines without a kernel of their own: transforms are products with matrices, which no engine
 * lacks and graphics cards are made for. Samples of half of each line are put onto the whole grid, and the image is twice the real
 * part. Slice by slice, as each takes a grid of its own.
 */
export function composedGrid(sinogram: Tensor3D, geometry: ParallelGeometry): Tensor3D {
  const size = gridSize(geometry);
  const [angles, detectors, batch] = sinogram.shape;
  const transforms = {
    ofRows: rowTransform(geometry, size),
    alongX: pixelTransform(geometry.shape[1], size.grid[0], 1),
    alongY: pixelTransform(geometry.shape[0], size.grid[1], -1),
  };
  const images = Array.from({ length: batch }, (_, slice) =>
    tidy(() => {
      const rows = reshape<Rank.R2>(slice3d(sinogram, [0, 0, slice], [angles, detectors, 1]), [angles, detectors]);
      return composedSlice(rows, { geometry, size, ...transforms });
    }),
  );
  return asTensor3D('RadonGrid', stack(images, 2));
}

interface SliceTransforms {
  readonly geometry: ParallelGeometry;
  readonly size: GridSize;
  readonly ofRows: ComplexMatrix;
  readonly alongX: ComplexMatrix;
  readonly alongY: ComplexMatrix;
}

function composedSlice(rows: Tensor2D, { geometry, size, ofRows, alongX, alongY }: SliceTransforms): Tensor2D {
  const [gridX, gridY] = size.grid;
  const perStep = Math.max(1, Math.floor(mostPuts / (tapWidth * tapWidth * size.radial)));
  let cells = zeros<Rank.R2>([gridX * gridY, 2]);
  for (let first = 0; first < geometry.angles.length; first += perStep) {
    const angles = geometry.angles.subarray(first, first + perStep);
    const next = tidy(() => {
      const some = slice2d(rows, [first, 0], [angles.length, geometry.detectors]);
      return add<Tensor2D>(cells, onCells(some, angles, ofRows, size));
    });
    cells.dispose();
    cells = next;
  }
  const part = (index: number) => reshape<Rank.R2>(slice2d(cells, [0, index], [gridX * gridY, 1]), [gridX, gridY]);
  const [re, im] = [part(0), part(1)];
  // [x, y], then [row, x] by the transposed product.
  const acrossRe = sub<Tensor2D>(matMul(alongX.re, re), matMul(alongX.im, im));
  const acrossIm = add<Tensor2D>(matMul(alongX.re, im), matMul(alongX.im, re));
  const image = sub(matMul(alongY.re, acrossRe, false, true), matMul(alongY.im, acrossIm, false, true));
  return mul<Tensor2D>(image, 2);
}
