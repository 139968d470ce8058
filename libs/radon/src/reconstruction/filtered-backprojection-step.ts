import { batchFirst, batchLast, filterLength, filterSinogram } from '@rondel/compute';
import { countedMessage, type WarningAmount } from '@rondel/contracts';
import { implementStep, type StepContext } from '@rondel/reco';
import { mul, slice, tensor3d, type Tensor3D } from '@tensorflow/tfjs-core';
import { filterResponse, type FilteredRows } from '../filters/filter-response.js';
import { radonFilteredBackprojection } from '../manifest/direct.js';
import { angularWeights } from '../sinogram/angular-weights.js';
import { carriedImageSize } from '../sinogram/rotation-axis.js';
import { sinogramShape } from '../sinogram/sinogram-shape.js';
import { maskedBackprojection, slabSize } from './backprojection-step.js';
import { scaledImages } from './image-dataset.js';
import { consume, readValues } from './read-values.js';
import { fieldOfViewMask, reconstructionGeometry, type ReconstructionGeometry } from './reconstruction-geometry.js';
import { reconstructSlabs } from './slabs.js';
import { directCopies, gridBudgetBytes } from '../slab-size.js';
import { truncatedAmount } from './truncated-amount.js';
import { paddingOf, padRows, type RowContinuation } from './row-padding.js';

/**
 * Filtered backprojection: f(x, y) = integral over half a turn of the ramp-filtered projections (Kak and Slaney, section
 * 3.3), with the trapezoid rule over the angles. Images are attenuation per pixel, or per length.
 */
export const radonFilteredBackprojectionStep = implementStep(radonFilteredBackprojection, (parameters) => {
  const response = responseTable((rows) => filterResponse(parameters, rows));
  return {
    async process(input, { log, warn, signal }) {
      const method = parameters.method === 'sums' ? 'sums' : 'grid';
      const shape = sinogramShape(input.data);
      const geometry = filterableGeometry(reconstructionGeometry(parameters, { dataset: input, shape }, warn));
      const imagesOf = scaledImages(parameters, input, { shape, geometry });
      const { padding } = parameters;
      const isPadded = padding !== 'none';
      sayTruncated(truncatedAmount(input, shape), padding, { log, warn });
      const { size, dimensions } = slabSize(geometry);
      const weights = projectionWeights(geometry.angles, warn);
      const margin = isPadded ? paddingOf(size.detectors) : 0;
      const measured = carriedImageSize(input, size.detectors) ?? size.detectors;
      const filter = response({ detectors: size.detectors, measured, width: size.detectors + 2 * margin });
      const mask = parameters.circle ? fieldOfViewMask(geometry) : undefined;
      const copies = directCopies(size, isPadded);
      const slabs = { size, copies, signal, ...(method === 'grid' && { budgetBytes: gridBudgetBytes }) };
      const images = await reconstructSlabs(input.data.data, slabs, (slab) => {
        const rows =
          padding === 'none' ? slab.sinograms : padRows({ data: slab.sinograms, ...size }, geometry.center, padding);
        return readValues(() => {
          // First, as what lies between large tensors keeps their room from becoming one.
          const ofAngles = tensor3d(weights, [1, weights.length, 1]);
          const sinograms = tensor3d(rows, [slab.entries, size.angles, size.detectors + 2 * margin]);
          const weighted = consume(sinograms, (each) => mul<Tensor3D>(each, ofAngles));
          const padded = consume(weighted, (each) => filterSinogram(each, filter));
          const cut = (each: Tensor3D) => slice(each, [0, 0, margin], [slab.entries, ...dimensions]);
          const filtered = isPadded ? consume(padded, cut) : padded;
          return consume(maskedBackprojection(consume(filtered, batchLast), geometry, { mask, method }), batchFirst);
        });
      });
      return imagesOf(images);
    },
  };
});

/**
 * Evenly spaced rays of the plan. Those that are a pixel apart are what the backprojection interpolates between; along others
 * it adds the length of the ray in each pixel, of which there are as many as the filter's sum over bins of that width has.
 */
function filterableGeometry(geometry: ReconstructionGeometry): ReconstructionGeometry {
  const { circle, detectors } = geometry;
  const { spacing, offsets } = circle ?? {};
  if (spacing === undefined) return geometry;
  const center = -(offsets?.[0] ?? 0) / spacing;
  const { circle: rays, ...plain } = geometry;
  const isPlain = spacing === 1 && center >= -detectors && center <= 2 * detectors;
  return { ...plain, center, ...(isPlain ? {} : { circle: rays }) };
}

/** Also where none is truncated: blocks say together how many are. */
function sayTruncated(
  amount: WarningAmount,
  padding: 'none' | RowContinuation,
  { log, warn }: Pick<StepContext, 'log' | 'warn'>,
): void {
  const what =
    'In {count} of {of} sinograms the projections do not fall to zero at the edge of the detector: the object is wider';
  if (padding === 'edge') {
    if (amount.count > 0) log('info', `${countedMessage(what, amount)}, and what lies beyond was estimated.`);
    return;
  }
  const off =
    padding === 'none'
      ? 'Values are too high, most of all at the rim'
      : 'Values are too low, by about a constant, as the object does not go on like its edge';
  const stitching = 'or stitch a scan over a full turn whose axis is near an edge (halfAcquisition = "stitch")';
  warn('PROJECTIONS_TRUNCATED', `${what}. ${off}. Set padding = "edge", ${stitching}.`, {
    property: 'padding',
    amount,
  });
}

/** Keeps the response for the last detector and width of its padded rows, as a step usually sees one. */
function responseTable(compute: (rows: FilteredRows) => Float32Array) {
  let kept: (FilteredRows & { readonly response: Float32Array }) | undefined;
  return ({ detectors, measured, width }: Omit<FilteredRows, 'fftSize'> & { readonly width: number }) => {
    const fftSize = filterLength(width);
    if (kept?.detectors === detectors && kept.measured === measured && kept.fftSize === fftSize) return kept;
    kept = { detectors, measured, fftSize, response: compute({ detectors, measured, fftSize }) };
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
