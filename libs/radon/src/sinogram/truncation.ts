import { medianOf } from './median.js';
import type { SinogramShape } from './sinogram-shape.js';

/** Above this part of the largest values an edge is no background any more. */
const backgroundPart = 0.1;

/** In more than this part of the projections the object must reach the edge. */
const leastProjections = 0.05;

/** Where the largest values are told from single ones. */
const largeQuantile = 0.98;

/** Standard deviations of the noise that an edge may be high by chance. */
const chance = 4;

/** Line integrals of attenuation that air may have where the beam is not steady. */
export const leastAttenuation = 0.02;

/** Values of a sinogram that tell the largest ones, at most. */
const mostValues = 512;

/** Projections of a sinogram whose edges are looked at, at most. */
const mostProjections = 256;

/** That of the first bin or of the last. */
export type DetectorEdge = 'first' | 'last';

/**
 * How many sinograms show an object that goes past the detector: whose projections do not fall to about zero at both edges. A
 * background of up to a tenth of the largest line integrals is none. Every sinogram is judged by itself, so that blocks of
 * a volume together find what the whole does.
 *
 * @param lineIntegrals [frame, slice, angle, detector]
 * @param leastEdge What air may look like at most, in the unit of the values.
 * @param edges those that count.
 */
export function countTruncated(
  lineIntegrals: ArrayLike<number>,
  shape: SinogramShape,
  { leastEdge = 0, edges = bothEdges }: Partial<Pick<EdgeTest, 'leastEdge' | 'edges'>> = {},
): number {
  return countEdges(lineIntegrals, shape, { leastEdge, sign: 1, edges });
}

/**
 * The same for edges that are as far below zero: more light has come through air than the white fields say that there is.
 */
export function countTooBright(lineIntegrals: ArrayLike<number>, shape: SinogramShape, leastEdge: number): number {
  return countEdges(lineIntegrals, shape, { leastEdge, sign: -1, edges: bothEdges });
}

interface EdgeTest {
  readonly leastEdge: number;
  /** On which side of zero an edge counts. */
  readonly sign: 1 | -1;
  readonly edges: readonly DetectorEdge[];
}

const bothEdges: readonly DetectorEdge[] = ['first', 'last'];

function countEdges(values: ArrayLike<number>, shape: SinogramShape, test: EdgeTest): number {
  const { frames, slices, angles, detectors } = shape;
  let count = 0;
  for (let entry = 0; entry < frames * slices; entry++) {
    if (isOffZero(values, { start: entry * angles * detectors, angles, detectors }, test)) count++;
  }
  return count;
}

/** One sinogram, [angle, detector], and where it begins. */
interface SinogramPlace {
  readonly start: number;
  readonly angles: number;
  readonly detectors: number;
}

function isOffZero(values: ArrayLike<number>, place: SinogramPlace, { leastEdge, sign, edges }: EdgeTest): boolean {
  const { start, angles, detectors } = place;
  const large = largeValue(values, start, angles * detectors);
  // An object may all but fill the detector, so few bins are its edge; their noise is told from more.
  const outermost = Math.max(1, Math.floor(detectors / 256));
  const width = Math.max(3, Math.floor(detectors / 64));
  if (!(large > 0) || detectors < 4 * width) return false;
  const stride = Math.ceil(angles / mostProjections);
  const looked = Math.ceil(angles / stride);
  return edges.some((side) => {
    const inwards = side === 'first' ? 1 : -1;
    const means = new Float64Array(looked);
    const noises = new Float64Array(looked);
    for (let row = 0; row < looked; row++) {
      const edge = start + row * stride * detectors + (inwards > 0 ? 0 : detectors - 1);
      means[row] = sign * meanAt(values, { edge, inwards, count: outermost });
      noises[row] = noiseAt(values, { edge, inwards, count: width });
    }
    const allowed = Math.max(leastEdge, backgroundPart * large) + (chance * medianOf(noises)) / Math.sqrt(outermost);
    return means.filter((mean) => mean > allowed).length > leastProjections * looked;
  });
}

function largeValue(values: ArrayLike<number>, start: number, size: number): number {
  const stride = Math.max(1, Math.floor(size / mostValues));
  const sampled = Float32Array.from({ length: Math.floor(size / stride) }, (_, at) =>
    Math.abs(values[start + at * stride] ?? 0),
  );
  return sampled.sort()[Math.floor(largeQuantile * (sampled.length - 1))] ?? 0;
}

/** Bins of a projection from an edge inwards. */
interface EdgeBins {
  readonly edge: number;
  readonly inwards: number;
  readonly count: number;
}

function meanAt(values: ArrayLike<number>, { edge, inwards, count }: EdgeBins): number {
  let sum = 0;
  for (let bin = 0; bin < count; bin++) sum += values[edge + bin * inwards] ?? 0;
  return sum / count;
}

/** What bins vary by from one to the next. */
function noiseAt(values: ArrayLike<number>, { edge, inwards, count }: EdgeBins): number {
  let sum = 0;
  for (let bin = 1; bin < count; bin++) {
    sum += ((values[edge + bin * inwards] ?? 0) - (values[edge + (bin - 1) * inwards] ?? 0)) ** 2;
  }
  return Math.sqrt(sum / (2 * (count - 1)));
}
