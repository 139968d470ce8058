import { batchFirst, batchLast, fdkBackproject, filterLength, filterSinogram } from '@rondel/compute';
import { countedMessage, RondelError, type Dataset } from '@rondel/contracts';
import { cutDataset, implementStep, type StepContext } from '@rondel/reco';
import { slice, tensor3d } from '@tensorflow/tfjs-core';
import { filterResponse } from '../filters/filter-response.js';
import { fdkReconstruction } from '../manifest/fdk.js';
import { pause } from '../reconstruction/slabs.js';
import { padRows, paddingOf } from '../reconstruction/row-padding.js';
import { readValues } from '../reconstruction/read-values.js';
import { truncatedAmount } from '../reconstruction/truncated-amount.js';
import { sinogramShape } from '../sinogram/sinogram-shape.js';
import { coneGeometry, coneScan, type ConeScan } from './cone-scan.js';
import { coneVolume } from './cone-volume.js';
import { fdkParts } from './fdk-memory.js';
import { fdkWeights, type FdkWeights } from './fdk-weights.js';
import { fieldOfViewRadius, maskOutside, rowsOfSlices } from './field-of-view.js';
import { vectorNumbers } from './view-vectors.js';
import { viewFrames, type ViewFrame } from './view-frames.js';
import { sayUnreadRows } from './read-rows.js';
import { rowBlock, type RowBlock } from './row-block.js';
import { onFlatDetector, type SeenProjections } from './flat-detector.js';
import { axisShift } from './axis-step.js';
import { coneParametersOf } from './cone-parameters.js';

/**
 * Filtered backprojection of fan and cone beams, see `fdkWeights`: f = sum over views of the filtered projections at the voxel's
 * shadow over the square of its part of the way from source to detector. Volumes are attenuation per mm. Slabs of slices are computed
 * one after the other from the detector rows that they need.
 */
export const fdkReconstructionStep = implementStep(fdkReconstruction, (parameters) => ({
  survey(sample, { warn, log, found }, { entries, extent }) {
    const [firstRow = 0] = entries;
    const block = { firstRow, rows: entries.length, allRows: extent };
    const quietly = () => undefined;
    const seen = onFlatDetector({ input: sample, parameters: coneParametersOf(parameters.geometry), block });
    const shape = { ...sinogramShape(seen.input.data), slices: extent };
    const scan = coneScan(seen.parameters, { dataset: seen.input, shape }, quietly);
    axisShift(seen.parameters, { scan, input: seen.input, block, finds: true }, { warn, log, found });
    // Blocks do not look for another one.
    found('findCenterShift', false);
  },
  async process(given, context) {
    const [shift, finds] = [
      context.known('geometry.centerShift'),
      context.known('findCenterShift') ?? parameters.findCenterShift,
    ];
    const known = {
      ...coneParametersOf(parameters.geometry),
      ...(typeof shift === 'number' && { centerShift: shift }),
    };
    const block = rowBlock(context.block, sinogramShape(given.data));
    const seen = onFlatDetector({ input: given, parameters: known, block });
    const { input } = seen;
    const shape = sinogramShape(input.data);
    const scan = scanWithAxis(seen, { block, finds: finds === true }, context);
    const frames = viewFrames(scan.vectors, scan.bins, scan.binRows);
    sayOffCircle(frames, context);
    sayUnreadRows({ input: given, parameters: known, scan, block }, context);
    const weights = fdkWeights(frames, scan.bins, parameters, context);
    const isPadded = parameters.padding === 'edge';
    sayTruncated(ownRows(input, block), { weights, isPadded }, context);
    const width = weights.before + scan.bins + weights.behind;
    const filterSize = filterLength(isPadded ? width + 2 * paddingOf(width) : width);
    const response = filterResponse(parameters, { detectors: width, measured: scan.bins, fftSize: filterSize });
    const radius = parameters.circle
      ? fieldOfViewRadius({ frames, weights: { isDisplaced: true }, bins: scan.bins })
      : Infinity;
    const prepared = { frames, weights, filter: { response, fftSize: filterSize }, isPadded, radius };
    const reconstruct = fdkReconstructor(scan, { prepared, block }, context);
    const { rows, columns } = scan.volume;
    const { start, stop } = block.slices ?? { start: 0, stop: scan.volume.slices };
    const slices = stop - start;
    const perVolume = slices * rows * columns;
    const volumes = new Float32Array(shape.frames * perVolume);
    const perFrame = shape.slices * shape.angles * shape.detectors;
    for (let frame = 0; frame < shape.frames; frame++) {
      const projections = input.data.data.subarray(frame * perFrame, (frame + 1) * perFrame);
      const volume = volumes.subarray(frame * perVolume, (frame + 1) * perVolume);
      await reconstruct(projections, volume, { part: frame, of: shape.frames });
    }
    if (parameters.circle) maskOutside(volumes, scan.volume, { frames, weights, bins: scan.bins });
    return coneVolume(input, volumes, {
      frames: shape.frames,
      volume: { ...scan.volume, slices },
      perLength: parameters.perLength,
      reconMaskRadius: parameters.reconMaskRadius,
    });
  },
}));

/** The scan as the plan and the data have it, about the axis that is found where the plan asks for it. */
function scanWithAxis(
  { input, parameters }: SeenProjections,
  { block, finds }: { readonly block: RowBlock; readonly finds: boolean },
  context: StepContext,
): ConeScan {
  const shape = { ...sinogramShape(input.data), slices: block.allRows };
  const scan = coneScan(parameters, { dataset: input, shape }, context.warn);
  const centerShift = axisShift(parameters, { scan, input, block, finds }, context);
  if (centerShift === parameters.centerShift) return scan;
  const quietly = () => undefined;
  return coneScan({ ...parameters, centerShift }, { dataset: input, shape }, quietly);
}

interface Prepared {
  readonly frames: readonly ViewFrame[];
  readonly weights: FdkWeights;
  readonly filter: { readonly response: Float32Array; readonly fftSize: number };
  readonly isPadded: boolean;
  /** mm from the axis up to which voxels are kept. */
  readonly radius: number;
}

/** Values in C order, of whatever type the data has. */
type Values = Dataset['data']['data'];

/** Adds the projections [row, view, column] of a frame to its volume [slice, y, x]. */
function fdkReconstructor(
  scan: ConeScan,
  { prepared, block }: { readonly prepared: Prepared; readonly block: RowBlock },
  { signal, progress }: StepContext,
) {
  const { rows, columns, slices } = scan.volume;
  const { isPadded, frames, radius } = prepared;
  const parts = fdkParts({ ...scan, rows, columns, slices, views: frames.length, isPadded });
  const { start, stop } = block.slices ?? { start: 0, stop: slices };
  const slabs = Math.ceil((stop - start) / parts.slices);
  // The same views in all slabs and blocks: their sums are added up, and the order of sums decides their last bits.
  const together = parts.viewsFor(scan.binRows);
  return async (projections: Values, volume: Float32Array, { part, of }: { part: number; of: number }) => {
    for (let slab = 0; slab < slabs; slab++) {
      const firstSlice = start + slab * parts.slices;
      const count = Math.min(parts.slices, stop - firstSlice);
      const { firstRow, binRows } = rowsOfSlices(scan, { firstSlice, count, radius });
      if (binRows === 0) continue;
      requireRows(block, { firstRow, binRows });
      const geometry = coneGeometry(scan, { firstSlice, slices: count, firstRow, binRows });
      const own = firstSlice - start;
      const target = volume.subarray(own * rows * columns, (own + count) * rows * columns);
      const views = frames.length;
      for (let firstView = 0; firstView < views; firstView += together) {
        await pause(signal);
        const lastView = Math.min(views, firstView + together);
        const range = { firstRow, binRows, firstView, views: lastView - firstView };
        const weighted = weightedRows({ projections, block }, scan, prepared, range);
        const values = backprojected(weighted, { geometry, range, prepared });
        if (firstView === 0) target.set(values);
        else values.forEach((value, at) => (target[at] = (target[at] ?? 0) + value));
        const done = part + (slab + lastView / views) / slabs;
        progress({ message: `${Math.round((100 * done) / of)} % of the views` });
      }
    }
  };
}

function requireRows(
  block: RowBlock,
  { firstRow, binRows }: { readonly firstRow: number; readonly binRows: number },
): void {
  if (firstRow >= block.firstRow && firstRow + binRows <= block.firstRow + block.rows) return;
  throw new RondelError(
    'INTERNAL',
    `A block of detector rows ${block.firstRow} to ${block.firstRow + block.rows} lacks some of ${firstRow} to ${firstRow + binRows}: too few were read beside its own.`,
  );
}

/** The rows of a block that no other block counts as its own. */
function ownRows(input: Dataset, { slices, firstRow }: RowBlock): Dataset {
  if (slices === undefined) return input;
  return cutDataset(input, { axis: 'slice', start: slices.start - firstRow, stop: slices.stop - firstRow });
}

/** Rows and views that are filtered together. */
interface ProjectionRange {
  readonly firstRow: number;
  readonly binRows: number;
  readonly firstView: number;
  readonly views: number;
}

/** [row, view, column with margins], times all weights. */
function weightedRows(
  { projections, block }: { readonly projections: Values; readonly block: RowBlock },
  { bins }: ConeScan,
  { frames, weights }: Prepared,
  { firstRow, binRows, firstView, views }: ProjectionRange,
): Float32Array {
  const { columns, before, behind } = weights;
  const width = before + bins + behind;
  const rows = new Float32Array(binRows * views * width);
  for (let view = firstView; view < firstView + views; view++) {
    const frame = frames[view];
    if (frame === undefined) continue;
    const [u0, v0] = frame.first;
    const [pitch, rowPitch] = frame.pitch;
    const own = columns.subarray(view * bins, (view + 1) * bins);
    for (let row = 0; row < binRows; row++) {
      const v = v0 + (firstRow + row) * rowPitch;
      const apart = frame.sourceDetector ** 2 + v * v;
      const from = ((firstRow + row - block.firstRow) * frames.length + view) * bins;
      const to = (row * views + view - firstView) * width + before;
      for (let bin = 0; bin < bins; bin++) {
        const u = u0 + bin * pitch;
        rows[to + bin] = ((projections[from + bin] ?? 0) * (own[bin] ?? 0)) / Math.sqrt(apart + u * u);
      }
    }
  }
  return rows;
}

/** [slice, y, x] of the views of a range. */
function backprojected(
  rows: Float32Array,
  {
    geometry,
    range: { binRows, firstView, views },
    prepared: { frames, weights, filter, isPadded },
  }: { geometry: ReturnType<typeof coneGeometry>; range: ProjectionRange; prepared: Prepared },
): Float32Array {
  const bins = weights.before + geometry.detector[0] + weights.behind;
  const numbers = geometry.views.slice(firstView * vectorNumbers, (firstView + views) * vectorNumbers);
  if (weights.before > 0) {
    for (let at = 0; at < numbers.length; at += vectorNumbers) {
      for (const axis of [0, 1, 2]) {
        numbers[at + 3 + axis] = (numbers[at + 3 + axis] ?? 0) - weights.before * (numbers[at + 6 + axis] ?? 0);
      }
    }
  }
  const margin = isPadded ? paddingOf(bins) : 0;
  const wide = isPadded ? padRows({ data: rows, angles: views, detectors: bins }, axisBin(frames, weights)) : rows;
  return readValues(() => {
    const padded = filterSinogram(tensor3d(wide, [binRows, views, bins + 2 * margin]), filter);
    const filtered = isPadded ? slice(padded, [0, 0, margin], [binRows, views, bins]) : padded;
    const part = { ...geometry, detector: [bins, binRows] as const, views: numbers };
    return batchFirst(fdkBackproject(batchLast(filtered), part));
  });
}

/** Distances from the source that differ by more than this part, or detectors that lean more, are no circle about z. */
const offCircle = 0.02;

function sayOffCircle(frames: readonly ViewFrame[], { warn }: StepContext): void {
  const distances = frames.map(({ sourceOrigin }) => sourceOrigin);
  const least = distances.reduce((one, other) => Math.min(one, other), Infinity);
  const most = distances.reduce((one, other) => Math.max(one, other), 0);
  const view = frames.findIndex(({ lean }) => lean > offCircle);
  if (view < 0 && most - least <= offCircle * most) return;
  const what =
    view < 0
      ? `the source is ${least.toPrecision(4)} to ${most.toPrecision(4)} mm from the axis`
      : `in view ${view + 1} the detector leans against the axis of slices`;
  warn(
    'GEOMETRY_SUSPECT',
    `FDK is for a source on a circle about the axis of slices and an upright detector, but ${what}: expect blur, or reconstruct iteratively, which takes any views.`,
    { property: 'geometry.vectors' },
  );
}

/** Where the axis is seen, in bins of the rows that are filtered. */
function axisBin([frame]: readonly ViewFrame[], { before }: FdkWeights): number {
  if (frame === undefined) return before;
  const axis = (frame.axisShift * frame.sourceDetector) / frame.sourceOrigin;
  return before + (axis - frame.first[0]) / frame.pitch[0];
}

/** Also where none is truncated: blocks say together how many are. */
function sayTruncated(
  input: Dataset,
  { weights: { isDisplaced, outerEdge }, isPadded }: Pick<Prepared, 'weights' | 'isPadded'>,
  { log, warn }: StepContext,
): void {
  const edges = isDisplaced && outerEdge !== undefined ? [outerEdge] : undefined;
  const amount = truncatedAmount(input, sinogramShape(input.data), edges);
  const what = 'In {count} of {of} detector rows the projections do not fall to zero at the edge of the detector';
  if (!isDisplaced && outerEdge !== undefined) {
    warn(
      'PROJECTIONS_TRUNCATED',
      `${what}, which is off the axis: an object that is wider than its narrower side needs a full turn, with displaced = "auto" or "wang".`,
      { property: 'displaced', amount },
    );
    return;
  }
  if (isPadded) {
    const known = `${countedMessage(what, amount)}: the object is wider, and what lies beyond was estimated.`;
    if (amount.count > 0) log('info', known);
    return;
  }
  const advice = 'the object is wider. Values are too high, most of all at the rim. Set padding = "edge".';
  warn('PROJECTIONS_TRUNCATED', `${what}: ${advice}`, { property: 'padding', amount });
}
