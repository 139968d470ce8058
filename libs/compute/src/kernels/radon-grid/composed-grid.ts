import {
  add,
  concat,
  gather,
  mul,
  pad,
  reshape,
  scatterND,
  slice,
  sub,
  tensor1d,
  tensor2d,
  tidy,
  transpose,
  zeros,
  zerosLike,
  type Rank,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { asTensor3D } from '../domain-kernel.js';
import type { ParallelGeometry } from '../projection/parallel-geometry.js';
import { fourierByProducts } from './composed-fourier.js';
import { forEachPuts, type Band, type Puts } from './composed-puts.js';
import { composedParts, gridSize, type GridSize } from './grid-size.js';
import { pixelFactors } from './grid-tables.js';

/**
 * The grid from core operations, for engines without a kernel of their own: samples of half of each line are put onto the whole
 * grid, and the image is twice the real part. Slices that are computed together share what is known of the samples.
 */
export function composedGrid(sinogram: Tensor3D, geometry: ParallelGeometry): Tensor3D {
  const size = gridSize(geometry);
  const [angles, detectors, batch] = sinogram.shape;
  const { slices, mostPuts, bandColumns } = composedParts(size, batch);
  const images: Tensor3D[] = [];
  for (let first = 0; first < batch; first += slices) {
    const count = Math.min(slices, batch - first);
    const part = tidy(() => {
      const rows = slice(sinogram, [0, 0, first], [angles, detectors, count]);
      return composedSlices(rows, { geometry, size, mostPuts, bandColumns });
    });
    images.push(part);
  }
  return asTensor3D('RadonGrid', images.length === 1 ? images[0] : concat(images, 2));
}

interface GriddedWork {
  readonly geometry: ParallelGeometry;
  readonly size: GridSize;
  readonly mostPuts: number;
  readonly bandColumns: number;
}

/** [angle, detector, slice] to [y, x, slice]. */
function composedSlices(rows: Tensor3D, work: GriddedWork): Tensor3D {
  const { geometry, size, bandColumns } = work;
  const [gridX] = size.grid;
  const [height, width] = geometry.shape;
  const batch = rows.shape[2];
  const frequencies = rowFrequencies(rows, size);
  const bands: Tensor4D[] = [];
  for (let first = 0; first < gridX; first += bandColumns) {
    const band = { first, count: Math.min(bandColumns, gridX - first) };
    bands.push(tidy(() => columnsOf(onBand(frequencies, band, work), band, work)));
  }
  frequencies.dispose();
  const across = reshape<Rank.R3>(concat(bands, 3), [batch * height, 2, gridX]);
  bands.forEach((band) => band.dispose());
  const image = slice(fourierByProducts(across, 1), [0, 0, 0], [batch * height, 1, gridX]);
  const factors = tensor1d(pixelFactors(width, gridX).map((factor) => 2 * factor));
  const pixels = mul(gather(reshape(image, [batch * height, gridX]), cellsOfPixels(width, gridX, 1), 1), factors);
  return transpose(reshape<Rank.R3>(pixels, [batch, height, width]), [1, 2, 0]);
}

/** The frequencies of rows, [angle * frequency, part * slice]. */
function rowFrequencies(rows: Tensor3D, { rowLength, anglesPerBlock }: GridSize): Tensor2D {
  const [angles, detectors, batch] = rows.shape;
  const perBlock = Math.max(1, Math.floor(anglesPerBlock / (2 * batch)));
  const blocks: Tensor2D[] = [];
  for (let first = 0; first < angles; first += perBlock) {
    const count = Math.min(perBlock, angles - first);
    const block = tidy(() => {
      const some = transpose(slice(rows, [first, 0, 0], [count, detectors, batch]), [0, 2, 1]);
      const real = pad(reshape(some, [count * batch, 1, detectors]), [
        [0, 0],
        [0, 0],
        [0, rowLength - detectors],
      ]);
      const transformed = fourierByProducts(concat([real, zerosLike(real)], 1) as Tensor3D, -1);
      const ordered = transpose(reshape(transformed, [count, batch, 2, rowLength]), [0, 3, 2, 1]);
      return reshape<Rank.R2>(ordered, [count * rowLength, 2 * batch]);
    });
    blocks.push(block);
  }
  const all = concat(blocks, 0);
  blocks.forEach((block) => block.dispose());
  return all;
}

/** The cells of a band, [cell, part * slice]. */
function onBand(frequencies: Tensor2D, band: Band, { geometry, size, mostPuts }: GriddedWork): Tensor2D {
  const cells = band.count * size.grid[1];
  let sum = zeros<Rank.R2>([cells, frequencies.shape[1]]);
  forEachPuts(geometry, size, { band, most: mostPuts }, (puts) => {
    const next = tidy(() => add<Tensor2D>(sum, scattered(frequencies, puts, cells)));
    sum.dispose();
    sum = next;
  });
  return sum;
}

function scattered(frequencies: Tensor2D, { samples, cells, re, im }: Puts, count: number): Tensor2D {
  const batch = frequencies.shape[1] / 2;
  const put = samples.length;
  // Copies: the arrays are written again before an engine may have read them.
  const taken = gather(frequencies, tensor1d(samples.slice(), 'int32'));
  const [ofRe, ofIm] = [0, 1].map((part) => slice(taken, [0, part * batch], [put, batch])) as [Tensor2D, Tensor2D];
  const [real, imaginary] = [tensor2d(re.slice(), [put, 1]), tensor2d(im.slice(), [put, 1])];
  const updates = concat(
    [sub<Tensor2D>(mul(ofRe, real), mul(ofIm, imaginary)), add<Tensor2D>(mul(ofRe, imaginary), mul(ofIm, real))],
    1,
  );
  return scatterND<Rank.R2>(tensor2d(cells.slice(), [put, 1], 'int32'), updates, [count, 2 * batch]);
}

/** Columns of the grid as rows of the image, [slice, y, part, x]; y goes up, rows go down. */
function columnsOf(cells: Tensor2D, { count }: Band, { geometry, size }: GriddedWork): Tensor4D {
  const gridY = size.grid[1];
  const [height] = geometry.shape;
  const batch = cells.shape[1] / 2;
  const columns = transpose(reshape(cells, [count, gridY, 2, batch]), [0, 3, 2, 1]);
  const transformed = fourierByProducts(reshape<Rank.R3>(columns, [count * batch, 2, gridY]), 1);
  const kept = mul(gather(transformed, cellsOfPixels(height, gridY, -1), 2), tensor1d(pixelFactors(height, gridY)));
  return transpose(reshape<Rank.R4>(kept, [count, batch, 2, height]), [1, 3, 2, 0]);
}

/** Which element of a transform each pixel along an axis is; `sign` is that of its coordinate. */
function cellsOfPixels(pixels: number, cells: number, sign: 1 | -1) {
  const middle = Math.floor(pixels / 2);
  const places = Int32Array.from({ length: pixels }, (_, pixel) => (cells + sign * (pixel - middle)) % cells);
  return tensor1d(places, 'int32');
}
