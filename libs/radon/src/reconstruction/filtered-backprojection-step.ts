import { batchFirst, batchLast, filterLength, filterSinogram } from '@rondel/compute';
import { implementStep, type StepContext } from '@rondel/reco';
import { mul, tensor3d } from '@tensorflow/tfjs-core';
import { frequencyResponse } from '../filters/frequency-response.js';
import { givenResponse } from '../filters/given-response.js';
import { radonFilteredBackprojection } from '../manifest/direct.js';
import { angularWeights } from '../sinogram/angular-weights.js';
import { sinogramShape } from '../sinogram/sinogram-shape.js';
import { maskedBackprojection, slabSize } from './backprojection-step.js';
import { imageDataset } from './image-dataset.js';
import { readValues } from './read-values.js';
import { fieldOfViewMask, reconstructionGeometry } from './reconstruction-geometry.js';
import { reconstructSlabs } from './slabs.js';
import { directCopies } from '../slab-size.js';

/**
 * Filtered backprojection: f(x, y) = integral over half a turn of the ramp-filtered projections (Kak and Slaney, section
 * 3.3), with the trapezoid rule over the angles. Images are attenuation per pixel.
 */
export const radonFilteredBackprojectionStep = implementStep(radonFilteredBackprojection, (parameters) => {
  const response = responseTable((detectors, fftSize) => {
    const filter = parameters.filter ?? 'ramp';
    return typeof filter === 'string'
      ? frequencyResponse(filter, fftSize)
      : givenResponse(filter, { detectors, fftSize });
  });
  return {
    async process(input, { warn, signal }) {
      const shape = sinogramShape(input.data);
      const geometry = reconstructionGeometry(parameters, { dataset: input, shape }, warn);
      const { size, dimensions } = slabSize(geometry);
      const weights = projectionWeights(geometry.angles, warn);
      const filter = response(geometry.detectors);
      const mask = parameters.circle ? fieldOfViewMask(geometry) : undefined;
      const images = await reconstructSlabs(input.data.data, { size, copies: directCopies, signal }, (slab) =>
        readValues(() => {
          const sinograms = tensor3d(slab.sinograms, [slab.entries, ...dimensions]);
          const weighted = mul<typeof sinograms>(sinograms, tensor3d(weights, [1, weights.length, 1]));
          const filtered = batchLast(filterSinogram(weighted, filter));
          return batchFirst(maskedBackprojection(filtered, geometry, mask));
        }),
      );
      return imageDataset(input, images, { shape, geometry });
    },
  };
});

/** Keeps the response for the last detector, as a step usually sees one. */
function responseTable(compute: (detectors: number, fftSize: number) => Float32Array) {
  let kept: { readonly detectors: number; readonly fftSize: number; readonly response: Float32Array } | undefined;
  return (detectors: number) => {
    if (kept?.detectors === detectors) return kept;
    const fftSize = filterLength(detectors);
    kept = { detectors, fftSize, response: compute(detectors, fftSize) };
    return kept;
  };
}

function projectionWeights(angles: Float64Array, warn: StepContext['warn']): Float32Array {
  const { weights, missing } = angularWeights(angles);
  if (missing > 0) {
    const degrees = ((missing * 180) / Math.PI).toFixed(1);
    warn(
      'ANGLES_INCOMPLETE',
      `No projections cover ${degrees} degrees of the half turn: expect streaks, or reconstruct iteratively.`,
      { property: 'angles' },
    );
  }
  return Float32Array.from(weights);
}
