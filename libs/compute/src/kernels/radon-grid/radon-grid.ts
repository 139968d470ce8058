import type { Tensor3D } from '@tensorflow/tfjs-core';
import { requireShape, runKernel, type DomainKernel } from '../domain-kernel.js';
import { geometryAttributes, readGeometry } from '../projection/geometry-attributes.js';
import { geometryLabel, type ParallelGeometry } from '../projection/parallel-geometry.js';
import { trialGeometry } from '../projection/trial-geometry.js';
import { composedGrid } from './composed-grid.js';
import { gridPrograms } from './grid-programs.js';
import { backprojectOnGrid } from './grid-slab.js';

const name = 'RadonGrid';

/** Rows are just so long that they are not taken for edges, whose lines are four times as long and take most of the time. */
const trial: ParallelGeometry = { ...trialGeometry, detectors: 32, center: 16 };

/**
 * The backprojection of `radonBackprojectKernel` by way of Fourier space, in O(N^2 log N): rows are transformed, their
 * frequencies put onto a Cartesian grid with a Kaiser-Bessel window of 4 x 4 cells, and the grid is transformed back (O'Sullivan,
 * "A fast sinc function gridding algorithm for Fourier inversion in computer tomography", IEEE Trans. Med. Imaging 4, 1985;
 * Beatty, Nishimura and Pauly, "Rapid gridding reconstruction with a minimal oversampling ratio", IEEE Trans. Med. Imaging 24,
 * 2005). Linear interpolation between bins is a factor sinc^2 and goes beyond the frequencies that bins have: up to 2 cycles per
 * bin are taken, which is all but some thousandths of what a filtered row of an object has.
 */
export const radonGridKernel: DomainKernel<ParallelGeometry> = {
  name,
  // To the accuracy of the grid.
  adjoint: 'RadonForward',
  read: (attributes) => readGeometry(name, attributes),
  outputShape: (inputShape, geometry) => {
    requireShape(geometryLabel(name, geometry), inputShape, [geometry.angles.length, geometry.detectors, undefined]);
    return [geometry.shape[0], geometry.shape[1], inputShape[2]];
  },
  composed: composedGrid,
  wasm: backprojectOnGrid,
  webgpu: () => gridPrograms,
  trials: [{ inputShape: [trial.angles.length, trial.detectors, 1], attributes: trial }],
};

/**
 * As `radonBackproject`, by a Fourier grid. A slice's result has the same bits whatever the batch, its place in it and the
 * number of threads. Throws DATA_SHAPE_MISMATCH, OUT_OF_MEMORY.
 */
export function radonGrid(sinogram: Tensor3D, geometry: ParallelGeometry): Tensor3D {
  return runKernel(radonGridKernel, sinogram, geometryAttributes(geometry));
}
