import {
  batchFirst,
  batchLast,
  radonBackproject,
  radonGrid,
  rayBackproject,
  type ParallelGeometry,
} from '@rondel/compute';
import { implementStep } from '@rondel/reco';
import { mul, tensor3d, type Tensor3D } from '@tensorflow/tfjs-core';
import { radonBackprojection } from '../manifest/direct.js';
import { sinogramShape } from '../sinogram/sinogram-shape.js';
import { scaledImages } from './image-dataset.js';
import { consume, readValues } from './read-values.js';
import {
  fieldOfViewMask,
  raysOf,
  reconstructionGeometry,
  type ReconstructionGeometry,
} from './reconstruction-geometry.js';
import { reconstructSlabs } from './slabs.js';
import { directCopies } from '../slab-size.js';

/** Plain sum over angles: images have the unit of the sinogram times the number of angles. */
export const radonBackprojectionStep = implementStep(radonBackprojection, (parameters) => ({
  async process(input, { warn, signal }) {
    const shape = sinogramShape(input.data);
    const geometry = reconstructionGeometry(parameters, { dataset: input, shape }, warn);
    const { size, dimensions } = slabSize(geometry);
    const mask = parameters.circle ? fieldOfViewMask(geometry) : undefined;
    const images = await reconstructSlabs(input.data.data, { size, copies: directCopies(size), signal }, (slab) =>
      readValues(() => {
        const sinograms = consume(tensor3d(slab.sinograms, [slab.entries, ...dimensions]), batchLast);
        return consume(maskedBackprojection(sinograms, geometry, { mask, method: 'sums' }), batchFirst);
      }),
    );
    return scaledImages({ ...parameters, perLength: undefined }, input, { shape, geometry })(images);
  },
}));

/** Extents of what one entry is made of. */
export function slabSize({ angles, detectors, shape: [rows, columns] }: ParallelGeometry) {
  const dimensions: [number, number] = [angles.length, detectors];
  return { size: { angles: angles.length, detectors, rows, columns }, dimensions };
}

/**
 * Backprojects [angle, detector, batch], which it frees, to [y, x, batch] and multiplies with a mask [y, x] if there is one. Call
 * it inside a `tidy`.
 */
export function maskedBackprojection(
  sinograms: Tensor3D,
  geometry: ReconstructionGeometry,
  { mask, method }: { readonly mask: Float32Array | undefined; readonly method: 'sums' | 'grid' },
): Tensor3D {
  const rays = raysOf(geometry);
  const parallel = method === 'grid' ? radonGrid : radonBackproject;
  const images = consume(sinograms, (each) =>
    rays === undefined ? parallel(each, geometry) : rayBackproject(each, rays),
  );
  if (!mask) return images;
  const [rows, columns] = geometry.shape;
  return consume(images, (each) => mul<Tensor3D>(each, tensor3d(mask, [rows, columns, 1])));
}
