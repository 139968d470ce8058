import { RondelError, type Dataset } from '@rondel/contracts';
import { implementStep } from '@rondel/reco';
import { ringRemoval } from '../../manifest/rings.js';
import { requireFinite } from '../../sinogram/finite-values.js';
import { carriedMeasured } from '../../sinogram/rotation-axis.js';
import { extents, sinogramShape } from '../../sinogram/sinogram-shape.js';
import { changesObject } from '../detector/broad-change.js';
import { sayRingsOvercorrected } from '../faults/said-of-scan.js';
import { removeStripes, widestWindow, type RingParameters } from './ring-removal.js';
import type { Sinogram } from './sinogram-columns.js';

/**
 * Removes stripes from every sinogram by itself. Where preprocessing has extended the detector only what was measured is looked at,
 * and the rest follows its edges again.
 */
export const ringRemovalStep = implementStep(ringRemoval, (parameters) => ({
  process(input, context) {
    const shape = sinogramShape(input.data);
    requireFinite(input.data.data, input.data.shape, 'The sinogram');
    const measured = carriedMeasured(input, shape.detectors);
    const width = measured.to - measured.from;
    requireWindow(parameters, width);
    requireGroups(parameters, shape.angles);
    const data = new Float32Array(input.data.data);
    const entries = shape.frames * shape.slices;
    const size = shape.angles * shape.detectors;
    let overcorrected = 0;
    for (let entry = 0; entry < entries; entry++) {
      const sinogram = data.subarray(entry * size, (entry + 1) * size);
      const stripes = { values: cut(sinogram, shape.detectors, measured), angles: shape.angles, detectors: width };
      const before = stripes.values.slice();
      removeStripes(stripes, parameters);
      if (changesObject(before, stripes.values, width)) overcorrected++;
      paste(stripes, sinogram, measured);
      context.progress({ iteration: entry + 1, iterations: entries });
    }
    sayRingsOvercorrected(overcorrected, shape, parameters.method, context);
    return { ...input, data: { ...withoutData(input), dtype: 'float32', shape: extents(shape), data } };
  },
}));

function withoutData({ data: { data: _, ...facts } }: Dataset) {
  return facts;
}

/** Before the work: a median over more than the detector has leaves nothing of it. */
function requireWindow(parameters: RingParameters, detectors: number): void {
  const widest = widestWindow(parameters);
  if (widest === undefined || widest.size <= detectors) return;
  const { name, size } = widest;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${name} must be at most ${detectors}, the bins of the detector, got ${size}. Set it to about twice the width of the widest ring.`,
    { at: name },
  );
}

/** A single projection has no ring of its own: with as many groups as projections nothing would be removed. */
function requireGroups({ method, nblock }: RingParameters, angles: number): void {
  const most = Math.floor(angles / 2);
  if (method !== 'ti' || nblock <= most) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `nblock must be at most ${most}, half of the ${angles} projections, got ${nblock}. 0 takes all of them together.`,
    { at: 'nblock' },
  );
}

interface Bins {
  readonly from: number;
  /** Not among them. */
  readonly to: number;
}

function cut(sinogram: Float32Array, detectors: number, { from, to }: Bins): Float32Array {
  if (from === 0 && to === detectors) return sinogram;
  const rows = sinogram.length / detectors;
  const values = new Float32Array(rows * (to - from));
  for (let row = 0; row < rows; row++) {
    values.set(sinogram.subarray(row * detectors + from, row * detectors + to), row * (to - from));
  }
  return values;
}

/** Puts bins back, and repeats the outermost of them beyond. */
function paste({ values, angles, detectors: width }: Sinogram, sinogram: Float32Array, { from, to }: Bins): void {
  if (values.buffer === sinogram.buffer) return;
  const detectors = sinogram.length / angles;
  for (let row = 0; row < angles; row++) {
    const target = sinogram.subarray(row * detectors, (row + 1) * detectors);
    const source = values.subarray(row * width, (row + 1) * width);
    target.fill(source[0] ?? 0, 0, from);
    target.set(source, from);
    target.fill(source[width - 1] ?? 0, to);
  }
}
