import { RondelError } from '@rondel/contracts';
import type { SampledEntries } from '@rondel/reco';
import { angularWeights } from '../../sinogram/angular-weights.js';
import { sampledSlices } from '../../sinogram/rotation-axis.js';
import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import { countTruncated } from '../../sinogram/truncation.js';
import { turnCoverage, type TurnCoverage } from '../../sinogram/turn-coverage.js';
import { tiltOf, type SliceAxis } from './axis-tilt.js';
import { mirrorCorrelation, type MirrorCorrelation } from './mirror-correlation.js';
import {
  registerAnywhere,
  registerNear,
  registerWithin,
  type CoarseRegistration,
  type Registration,
} from './mirror-registration.js';
import { oppositePairs, type OppositePair } from './opposite-rows.js';

/** Pairs of opposite projections, of all slices together: for a look at every axis, and near the best. */
const maximumPairs = { anywhere: 64, near: 256 };

/** Widths of smoothing, bins: the first look is at the second of them, and all must agree. */
const scales = [2, 4, 8] as const;

/** Above this mismatch the best axis makes no projection its opposite's mirror image. */
const maximumMismatch = 0.4;

/** Another axis must be worse by this factor. */
const clearly = 2;

/** Bins beyond which an axis is called uncertain: of an object that is seen whole, and of a wider one. */
const certainWithin = { whole: 0.22, wider: 0.2 };

/**
 * How far off an axis is now and then, in the deviation to expect: where opposite projections alone tell it, and where it is
 * refined by all of them.
 */
const coverageFactor = { registered: 2.5, refined: 1.5 };

/** Above this share of the energy outside the wedge, no axis makes the scan consistent. */
const maximumInconsistency = 0.5;

/** How far the axis of a slice is looked for from that of all, bins and part of the detector, and pairs that tell it. */
const widestTilt = { bins: 6, part: 1 / 6 };
const pairsOfSlice = 32;

/** Fewer projections of half a turn refine nothing. */
const leastProjections = 8;

const fineStep = 0.25;
const goldenRatio = (Math.sqrt(5) - 1) / 2;
const refinements = 24;

/** What an axis is looked for in. */
export interface SearchedStack {
  /** Line integrals, [frame, slice, angle, detector]; of the first frame. */
  readonly data: Float32Array;
  readonly shape: SinogramShape;
  /** rad, one per projection, in any order. */
  readonly angles: Float64Array;
  /** Which slices of the whole stack these are. */
  readonly sampled: SampledEntries;
}

export interface FoundAxis {
  /** Detector coordinate of the rotation axis, bins from 0. */
  readonly center: number;
  /** How far off it may well be, bins. */
  readonly uncertainty: number;
  /** Why it may be elsewhere altogether; absent: nothing speaks for that. */
  readonly doubt?: string;
  /** What the doubt is, where it has places in it: the axis in the first and in the last slice, or another one. */
  readonly tilt?: { readonly first: number; readonly last: number };
  readonly rival?: number;
}

/** The doubts with places, for whoever counts bins otherwise. */
export const doubtsWithPlaces = {
  tilt: ({ first, last }: { readonly first: number; readonly last: number }): string =>
    `it is tilted: at ${first.toFixed(2)} in the first slice and at ${last.toFixed(2)} in the last`,
  rival: (center: number): string => `opposite projections have it at ${center.toFixed(2)}`,
};

/**
 * Finds the detector coordinate of the rotation axis, in bins from 0, anywhere on the detector.
 *
 * Projections from opposite sides are each other's mirror image at the axis, whatever of the object the detector does not
 * see. Where directions were seen from both sides, as over a full turn, these are registered; a scan over half a turn has
 * such a pair where its end meets its mirrored beginning (0/180 registration). Done at three widths of smoothing, whose
 * agreement and whose noise say how sure the result is.
 *
 * An object that the detector sees whole is known better: all projections of half a turn, continued by their mirror image,
 * are a sinogram over a full turn, whose Fourier transform vanishes outside the double wedge |n| <= R |omega| (angular order
 * n, detector frequency omega, object radius R). The axis nearby that leaves the least energy there is taken: Vo,
 * Drakopoulos, Atwood, Reinhard, "Reliable method for calculating the center of rotation in parallel-beam tomography",
 * Optics Express 22 (2014) 19078. The energy is evaluated in closed form, see `mirrorCorrelation`.
 *
 * @param lineIntegrals [frame, slice, angle, detector]
 * @param angles rad, one per projection, in any order and over any number of turns.
 * @param sampled Which slices of a stack these are, `sampledSlices` among them.
 * Throws `PLAN_MISSING_PROPERTY` at `centerOfRotation` when the data does not determine an axis.
 */
export function findRotationCenter(
  lineIntegrals: Float32Array,
  shape: SinogramShape,
  angles: Float64Array,
  { entries, extent }: SampledEntries = wholeStack(shape.slices),
): FoundAxis {
  const coverage = turnCoverage(angles);
  const size = shape.angles * shape.detectors;
  const sampled = sampledSlices(extent);
  const sinograms = sampled
    .map((slice) => entries.indexOf(slice))
    .map((place) => lineIntegrals.subarray(place * size, (place + 1) * size));
  const pairsAt: PairsAt = (scale, most) => {
    const count = Math.ceil(most / sinograms.length);
    return sinograms.flatMap((data) => oppositePairs({ data, detectors: shape.detectors }, coverage, { scale, count }));
  };
  const seesWhole = sinograms.every((data) => countTruncated(data, { ...shape, frames: 1, slices: 1 }) === 0);
  const isLimited = coverage.kind !== 'turn' && !seesWhole;
  const rows = coverage.kind === 'turn' || isLimited ? [] : halfTurn(coverage, angles);
  const isRefined = rows.length >= leastProjections;
  const found = registered(pairsAt, shape, {
    certain: seesWhole ? certainWithin.whole : certainWithin.wider,
    factor: isRefined ? coverageFactor.refined : coverageFactor.registered,
  });
  const [, scale] = scales;
  const reach = Math.max(widestTilt.bins, widestTilt.part * shape.detectors);
  const ofSlices = sinograms.map((data) => {
    const pairs = oppositePairs({ data, detectors: shape.detectors }, coverage, { scale, count: pairsOfSlice });
    return registerWithin(pairs, found.center, { reach, scale });
  });
  if (!isRefined) return withTilt(found, ofSlices, { sampled, slices: extent });
  const correlations = sinograms.map((data) => mirrorCorrelation(data, shape.detectors, rows));
  const center = leastInconsistent(correlations, found.center, Math.max(1, 3 * found.uncertainty)) ?? found.center;
  const axes = correlations.map((correlation, at) => {
    const refined = leastInconsistent([correlation], center, reach);
    const deviation = ofSlices[at]?.deviation;
    return refined === undefined || deviation === undefined ? undefined : { center: refined, deviation };
  });
  return withTilt({ ...found, center }, axes, { sampled, slices: extent });
}

/** Every slice of a stack. */
export function wholeStack(slices: number): SampledEntries {
  return { entries: Array.from({ length: slices }, (_, slice) => slice), extent: slices };
}

/** The axis with the doubt that it is another one in every slice. */
function withTilt(
  found: FoundAxis,
  ofSlices: readonly (Pick<SliceAxis, 'center' | 'deviation'> | undefined)[],
  { sampled, slices }: { readonly sampled: readonly number[]; readonly slices: number },
): FoundAxis {
  const axes = sampled.flatMap((slice, at) => {
    const axis = ofSlices[at];
    return axis === undefined ? [] : [{ slice, center: axis.center, deviation: axis.deviation }];
  });
  const tilt = tiltOf(axes, slices);
  if (tilt === undefined) return found;
  return { ...found, tilt, doubt: doubtsWithPlaces.tilt(tilt) };
}

type PairsAt = (scale: number, most: number) => OppositePair[];

/** When an axis is sure. */
interface Certainty {
  /** Bins. */
  readonly certain: number;
  /** Of the deviation to expect. */
  readonly factor: number;
}

function registered(pairsAt: PairsAt, { angles, detectors }: SinogramShape, certainty: Certainty): FoundAxis {
  const [, middle] = scales;
  const pairs = pairsAt(middle, maximumPairs.anywhere);
  if (pairs.length === 0)
    throw noAxis(`the ${angles} projections do not cover half a turn, or leave a gap where its ends meet`);
  const coarse = registerAnywhere(pairs, middle);
  if (coarse === undefined || coarse.mismatch > maximumMismatch) {
    throw noAxis('no axis on the detector makes opposite projections mirror images of each other');
  }
  const { from, to } = coarse.range;
  if (coarse.center <= from + 1 || coarse.center >= to - 1) {
    throw noAxis(
      `there is none within bins ${from.toFixed(0)} to ${to.toFixed(0)} of the ${detectors} that can be told`,
    );
  }
  const all = scales.map((scale) =>
    registerNear(pairsAt(scale, maximumPairs.near), coarse.center, { reach: 4, scale }),
  );
  return judged(all, coarse, certainty);
}

/** The most certain of them, and how far the others are from it. */
function judged(
  all: readonly Registration[],
  { mismatch, elsewhere }: CoarseRegistration,
  { certain, factor }: Certainty,
): FoundAxis {
  const centers = all.map(({ center }) => center);
  const spread = Math.max(...centers) - Math.min(...centers);
  const best = all.reduce((least, each) => (each.deviation < least.deviation ? each : least));
  const uncertainty = Math.hypot(factor * best.deviation, spread / 2);
  const found = { center: best.center, uncertainty };
  if (clearly * mismatch > elsewhere)
    return { ...found, doubt: 'another axis makes the projections nearly as consistent' };
  if (uncertainty <= certain) return found;
  return { ...found, doubt: 'noise, few angles or an object wider than the detector leave it open' };
}

/** The projections of half a turn with trapezoid weights; none where some of it is missing. */
function halfTurn({ rows, step }: TurnCoverage, angles: Float64Array) {
  const used = rows.filter(({ angle }) => angle < Math.PI - step / 4);
  const { weights, missing } = angularWeights(Float64Array.from(used, ({ row }) => angles[row] ?? 0));
  if (missing > 0) return [];
  return used.map(({ row, angle }, rank) => ({ row, angle, weight: weights[rank] ?? 0 }));
}

/** Undefined where the least energy lies at the end of what is looked at, or is no less than elsewhere. */
function leastInconsistent(
  correlations: readonly MirrorCorrelation[],
  center: number,
  reach: number,
): number | undefined {
  const energy = correlations.reduce((total, correlation) => total + correlation.energy, 0);
  const inconsistency = (at: number) =>
    correlations.reduce((total, correlation) => total + mirrorTerm(correlation, at), energy) / energy;
  const steps = Math.ceil(reach / fineStep);
  const scanned = Array.from({ length: 2 * steps + 1 }, (_, at) => center + (at - steps) * fineStep);
  const costs = scanned.map(inconsistency);
  const least = costs.indexOf(Math.min(...costs));
  if (least <= 0 || least >= scanned.length - 1 || !((costs[least] ?? 1) <= maximumInconsistency)) return undefined;
  return minimize(inconsistency, scanned[least - 1] ?? center, scanned[least + 1] ?? center);
}

/** The part of the energy outside the wedge that depends on the axis. */
function mirrorTerm({ frequencies, real, imaginary }: MirrorCorrelation, center: number): number {
  return frequencies.reduce((total, omega, index) => {
    const phase = 2 * omega * center;
    return total + 2 * ((real[index] ?? 0) * Math.cos(phase) - (imaginary[index] ?? 0) * Math.sin(phase));
  }, 0);
}

/** Golden-section search. */
function minimize(cost: (center: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let refinement = 0; refinement < refinements; refinement++) {
    const width = goldenRatio * (high - low);
    if (cost(high - width) < cost(low + width)) high = low + width;
    else low = high - width;
  }
  return (low + high) / 2;
}

export function noAxis(reason: string): RondelError {
  return new RondelError(
    'PLAN_MISSING_PROPERTY',
    `The rotation axis cannot be found from the data: ${reason}. Set centerOfRotation to the axis in bins from 0, or findCenter = false to take the middle of the detector.`,
    { at: 'centerOfRotation' },
  );
}
