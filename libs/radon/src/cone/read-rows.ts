import { binningOf, type Dataset } from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';
import type { ConeParameters } from '../manifest/cone-beam.js';
import { sinogramShape } from '../sinogram/sinogram-shape.js';
import { leastAttenuation } from '../sinogram/truncation.js';
import { readDetector } from './binned-detector.js';
import type { ConeScan } from './cone-scan.js';
import { fieldOfViewRadius, seenCorners } from './field-of-view.js';
import type { RowBlock } from './row-block.js';
import { rowLines } from './row-lines.js';
import { viewFrames, type ViewFrame } from './view-frames.js';
import { viewVectors } from './view-vectors.js';

/** Rows by which voxels must be seen beyond those that were read: less is a matter of interpolation. */
const leastRows = 0.5;

/** A row is no plane of its own where its rays leave it by more than this, in slices, or are longer than in it by this part. */
const leastSlices = 1;
const leastLonger = 0.005;

interface ReadRows {
  /** As it was read, also where the scan has what a flat detector would have seen. */
  readonly input: Dataset;
  /** For the bins of the file. */
  readonly parameters: ConeParameters;
  readonly scan: ConeScan;
  readonly block: RowBlock;
}

/** Warns where detector rows that were not read have rays of the slices: of a part of a cone beam, and of a single row. */
export function sayUnreadRows(read: ReadRows, { warn }: Pick<StepContext, 'warn'>): void {
  const { scan } = read;
  if (scan.binRows === 1) saySingleRow(read, warn);
  else sayEndSlices(read, warn);
}

/** Blocks say together how many. The rows at the ends of what was read are in those blocks whose slices need more. */
function sayEndSlices({ input, scan, block }: ReadRows, warn: StepContext['warn']): void {
  const { before, leftOver, factor } = binningOf(input).slice;
  const isCut = [before, leftOver].map((rows) => rows >= factor);
  const { binRows, volume } = scan;
  const ends = [0, binRows - 1].map((row, end) => isCut[end] === true && hasObject(input, row - block.firstRow));
  if (!ends.includes(true)) return;
  const frames = viewFrames(scan.vectors, scan.bins, binRows);
  const radius = fieldOfViewRadius({ frames, weights: { isDisplaced: true }, bins: scan.bins });
  const lines = rowLines(scan.vectors, seenCorners(volume, radius), (volume.slices * volume.voxel) / 2);
  if (lines === undefined) return;
  const { start, stop } = block.slices ?? { start: 0, stop: volume.slices };
  let count = 0;
  for (let slice = start; slice < stop; slice++) {
    const { least, most } = lines.at((slice - (volume.slices - 1) / 2) * volume.voxel);
    const beyond = [-least, most].map((rows) => rows - (binRows - 1) / 2);
    if (beyond.some((rows, end) => ends[end] === true && rows > leastRows)) count++;
  }
  warn(
    'PART_NARROW',
    'In {count} of {of} slices, at the ends of those that were read, some views see parts of the object in detector rows that were not read: values are wrong there, and the more so the farther from the axis. Take more rows than slices that you need, with a wider slice= of the data.',
    { property: 'geometry', amount: { count, of: stop - start } },
  );
}

/** Whether there is more than air in a row of a block. */
function hasObject({ data: array }: Dataset, row: number): boolean {
  const { frames, slices, angles, detectors } = sinogramShape(array);
  if (row < 0 || row >= slices) return false;
  const size = angles * detectors;
  for (let frame = 0; frame < frames; frame++) {
    const first = (frame * slices + row) * size;
    let sum = 0;
    for (let at = first; at < first + size; at++) sum += array.data[at] ?? 0;
    if (sum > leastAttenuation * size) return true;
  }
  return false;
}

/** Its rays rise through other slices than the one that it is taken for, and are longer than in its plane. */
function saySingleRow({ input, parameters, scan }: ReadRows, warn: StepContext['warn']): void {
  if (scan.volume.slices > 1) return;
  const { detectors: bins } = sinogramShape(input.data);
  const seen = readDetector(parameters, { attributes: input.attributes, bins, binRows: 1 });
  const frames = viewFrames(scan.vectors, scan.bins, 1);
  const angles = Float64Array.from(frames, ({ angle }) => angle);
  const vectors = seen.vectors === undefined ? viewVectors(seen, angles) : Float64Array.from(seen.vectors.flat());
  const measured = viewFrames(vectors, bins, 1);
  const radius = fieldOfViewRadius({ frames, weights: { isDisplaced: true }, bins: scan.bins });
  const rises = measured.map((frame) => riseOf(frame, { bins, radius }));
  const [slices, longer] = [
    Math.max(...rises.map((rise) => rise.slices)),
    Math.max(...rises.map((rise) => rise.longer)),
  ];
  if (slices <= leastSlices && longer <= leastLonger) return;
  const { before, leftOver } = binningOf(input).slice;
  const isPart = before + leftOver > 0;
  warn(
    isPart ? 'PART_NARROW' : 'GEOMETRY_SUSPECT',
    `The single detector row ${isPart ? 'that was read' : 'of the data'} is taken for a fan beam, but it is not in the plane of the source: within the field of view its rays pass up to ${slices.toPrecision(2)} slices above and below the one that is made of it, and are ${(100 * longer).toPrecision(2)} % longer than in a plane. ${isPart ? 'Take the rows beside it as well, with a wider slice= of the data.' : 'Set the v of detectorOffset and detectorTilt, in mm and rad, to those of the scan.'}`,
    { property: 'geometry' },
  );
}

/** By how much the rays of a row leave the height that they have at the axis in the middle of it. */
function riseOf(
  { first: [u0, v], pitch: [pitch, rowPitch], sourceOrigin, sourceDetector, turn }: ViewFrame,
  { bins, radius }: { readonly bins: number; readonly radius: number },
): { slices: number; longer: number } {
  const [low, middle, high] = [0, (bins - 1) / 2, bins - 1].map(
    (bin) => v * Math.sqrt(1 - turn * turn) + (u0 + bin * pitch) * turn,
  ) as [number, number, number];
  const atAxis = sourceOrigin / sourceDetector;
  const height = middle * atAxis;
  const ends = [low, high];
  const leaves = ends.flatMap((at) =>
    [-radius, radius].map((away) => Math.abs((at * (sourceOrigin + away)) / sourceDetector - height)),
  );
  return { slices: Math.max(...leaves) / (rowPitch * atAxis), longer: Math.hypot(1, middle / sourceDetector) - 1 };
}
