import type { ParametersOf } from '@rondel/reco';
import type { centerProperties } from '../../manifest/center.js';
import type { CenterMethod } from '../../manifest/center-methods.js';
import { centerSlices } from '../../sinogram/rotation-axis.js';
import { turnCoverage, type TurnCoverage } from '../../sinogram/turn-coverage.js';
import { checkedByMirror } from './axis-check.js';
import { oppositePairs, pairsSeen } from './opposite-rows.js';
import { findCenter360 } from './overlap-center.js';
import { registerByPhase } from './phase-registration.js';
import { findRotationCenter, noAxis, type FoundAxis, type SearchedStack } from './rotation-center.js';
import type { Rows } from './smooth-rows.js';
import { findCenterVo } from './vo-center.js';

type CenterSearch = Omit<ParametersOf<typeof centerProperties>, 'centerOfRotation' | 'findCenter'> & {
  readonly side: 'auto' | 'left' | 'right';
};

/** What a method looks for the axis in. */
interface SearchedSinograms extends SearchedStack {
  /** Those of the data that are looked at, from 0. */
  readonly slices: readonly number[];
}

/**
 * Finds the rotation axis by the method that the plan names, and doubts it where opposite projections do not agree. Throws
 * `PLAN_MISSING_PROPERTY` where the scan does not allow the method.
 */
export function findCenterBy(parameters: CenterSearch, stack: SearchedStack): FoundAxis {
  const { entries, extent } = stack.sampled;
  const slices = centerSlices(extent, parameters).map((slice) => entries.indexOf(slice));
  const found = methods[parameters.centerMethod]({ ...stack, slices }, parameters);
  return parameters.centerMethod === 'mirror' ? found : checkedByMirror(found, stack);
}

const methods: Readonly<Record<CenterMethod, (searched: SearchedSinograms, parameters: CenterSearch) => FoundAxis>> = {
  mirror: ({ data, shape, angles, sampled }) => findRotationCenter(data, shape, angles, sampled),
  vo: (searched, parameters) => findCenterVo(halfTurnRows(searched), parameters),
  registration: (searched, parameters) => registerByPhase(pairsOf(searched), parameters),
  overlap360(searched, parameters) {
    const [slice = 0] = searched.slices;
    const coverage = turnCoverage(searched.angles);
    if (coverage.kind !== 'turn') throw noAxis(`the ${searched.angles.length} projections do not cover a full turn`);
    const all = Math.floor(searched.angles.length / 2);
    return findCenter360(pairsSeen(rowsOf(searched, slice), coverage, all) ?? [], parameters);
  },
};

/** The mean of the slices over half a turn, by rising angle. */
function halfTurnRows({ data, shape, angles, slices }: SearchedSinograms): Rows {
  const coverage = turnCoverage(angles);
  requireHalfTurn(coverage, angles);
  const { detectors } = shape;
  const used = coverage.rows.filter(({ angle }) => angle < Math.PI + coverage.step / 4);
  return used.map(({ row }) => {
    const mean = new Float64Array(detectors);
    for (const slice of slices) {
      const start = (slice * shape.angles + row) * detectors;
      for (let bin = 0; bin < detectors; bin++) mean[bin] = (mean[bin] ?? 0) + (data[start + bin] ?? 0) / slices.length;
    }
    return mean;
  });
}

/** Angles may leave out the end of half a turn, and a few besides. */
const missingSteps = 4;

function requireHalfTurn({ kind, extent, step }: TurnCoverage, angles: Float64Array): void {
  if (kind === 'turn' || (kind === 'arc' && Math.PI - extent <= missingSteps * step)) return;
  if (kind === 'gaps') {
    throw noAxis(
      `the ${angles.length} projections leave gaps in half a turn, which vo does not bridge, but mirror does`,
    );
  }
  throw noAxis(`the ${angles.length} projections do not cover half a turn`);
}

/** Pairs of opposite projections of a slice, at most, and the Gaussian that takes single bins out of them. */
const pairsOfSlice = 64;
const pairScale = 0.5;

function pairsOf(searched: SearchedSinograms) {
  const coverage = turnCoverage(searched.angles);
  return searched.slices.flatMap((slice) =>
    oppositePairs(rowsOf(searched, slice), coverage, { scale: pairScale, count: pairsOfSlice }),
  );
}

function rowsOf({ data, shape }: SearchedSinograms, slice: number) {
  const size = shape.angles * shape.detectors;
  return { data: data.subarray(slice * size, (slice + 1) * size), detectors: shape.detectors };
}
