import {
  add,
  clipByValue,
  concat,
  floor,
  mul,
  reshape,
  slice2d,
  sqrt,
  square,
  sub,
  sum,
  tensor2d,
  tidy,
  tile,
  zeros,
  type Rank,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { between, countTogether, gathered, joinCells, scattered, spreadBetween, type Cells } from './composed-cells.js';
import { viewCount, type ConeGeometry } from './cone-geometry.js';
import { forEachLine, lineLayout, steepest, type ConeLine, type LineLayout } from './cone-lines.js';
import { middleOf } from './cone-matrices.js';

/** Slopes are split here: times the number of a step, the part above is exact in float32. */
const slopeUnit = 2 ** 9;

/** Places beyond this are as far beside any volume as that. */
const farthest = 2 ** 20;

/** Neighbouring lines that step alike, by column or by row. */
interface Run {
  readonly lines: readonly ConeLine[];
  readonly byColumns: boolean;
}

/** What the rays of a run meet. */
interface Path {
  /** Pixels [part, line x step] of whole columns of voxels, or single voxels where lines have one ray. */
  readonly cells: Cells;
  /** [line x step, ray]: slices at which rays are; absent where lines have one ray. */
  readonly heights?: Tensor2D;
  /** [line, ray]: the length of each ray from step to step. */
  readonly lengths: Tensor2D;
  readonly steps: number;
}

/** All lines in their order, in runs that are computed at once. */
function* runsOf(geometry: ConeGeometry, layout: LineLayout): Generator<Run> {
  const { shape, detector } = geometry;
  const largest = Math.max(shape[0] * shape[1] * shape[2], viewCount(geometry) * detector[0] * detector[1]);
  const width = layout.raysPerLine === 1 ? 4 : Math.max(2 * shape[2], layout.raysPerLine);
  const most = countTogether(Math.max(shape[0], shape[1]) * width, largest);
  let lines: ConeLine[] = [];
  for (let view = 0; view < viewCount(geometry); view++) {
    const ofView: ConeLine[] = [];
    forEachLine(geometry, layout, [view, view + 1], (line) => ofView.push(line));
    for (const line of ofView) {
      const last = lines.at(-1);
      if (last !== undefined && (lines.length === most || last.byColumns !== line.byColumns)) {
        yield { lines, byColumns: last.byColumns };
        lines = [];
      }
      lines.push(line);
    }
  }
  yield { lines, byColumns: lines[0]?.byColumns === true };
}

/** The path of a run; call it inside a `tidy`. Places across are whole pixels and fractions, each exact to 2^-20 of a pixel. */
function pathOf({ shape }: ConeGeometry, { raysPerLine }: LineLayout, { lines, byColumns }: Run): Path {
  const [rows, columns, slices] = shape;
  const steps = byColumns ? columns : rows;
  const middle = middleOf(steps);
  const column = (values: (line: ConeLine) => number) => tensor2d(lines.map(values), [lines.length, 1]);
  const numbers = counted(steps, middle);
  const placeOf = ({ place, slope }: ConeLine) => Math.min(farthest, Math.max(-farthest, place + middle * slope));
  const coarse = ({ slope }: ConeLine) => Math.round(slope * slopeUnit) / slopeUnit;
  const far = mul(column(coarse), numbers);
  const wholeFar = floor(far);
  const near = mul(
    column((line) => line.slope - coarse(line)),
    numbers,
  );
  const beyond = column((line) => placeOf(line) - Math.floor(placeOf(line)));
  const fractions = add(add(sub(far, wholeFar), near), beyond);
  const carry = floor(fractions);
  const pixel = add(
    add(wholeFar, carry),
    column((line) => Math.floor(placeOf(line))),
  );
  const spread = column(({ slope }) => Math.min(1 / Math.abs(slope), steepest));
  const upper = flat(clipByValue(add(mul(sub(sub(fractions, carry), 0.5), spread), 0.5), 0, 1));
  const step = flat(
    add(
      mul(
        column(() => 1),
        numbers,
      ),
      middle,
    ),
  );
  const across = flat(pixel);
  const inImage = (place: Tensor1D) => (byColumns ? { row: place, column: step } : { row: step, column: place });
  const pixels = [
    { ...inImage(across), weight: sub<Tensor1D>(1, upper) },
    { ...inImage(add<Tensor1D>(across, 1)), weight: upper },
  ];

  const middleRay = middleOf(raysPerLine);
  const atMiddle = add(
    mul(
      column(({ climb, spread }) => climb + middleRay * spread),
      numbers,
    ),
    column((line) => line.height + middleRay * line.rise + middle * (line.climb + middleRay * line.spread)),
  );
  const perRay = add(
    mul(
      column((line) => line.spread),
      numbers,
    ),
    column((line) => line.rise + middle * line.spread),
  );
  const rays = counted(raysPerLine, middleRay);
  const climbs = add(
    mul(
      column((line) => line.spread),
      rays,
    ),
    column((line) => line.climb + middleRay * line.spread),
  );
  const lengths = sqrt<Tensor2D>(
    add(
      square(climbs),
      column(({ slope }) => 1 + slope ** 2),
    ),
  );
  if (raysPerLine > 1) {
    const heights = add<Tensor2D>(mul(reshape(perRay, [-1, 1]), rays), reshape(atMiddle, [-1, 1]));
    return { cells: joinCells(pixels), heights, lengths, steps };
  }
  const height = flat(clipByValue(atMiddle, -1, slices));
  const entry = floor(height);
  const above = sub<Tensor1D>(height, entry);
  const voxels = pixels.flatMap((pixel) => [
    { ...pixel, entry, weight: mul<Tensor1D>(pixel.weight, sub(1, above)) },
    { ...pixel, entry: add<Tensor1D>(entry, 1), weight: mul<Tensor1D>(pixel.weight, above) },
  ]);
  return { cells: joinCells(voxels), lengths, steps };
}

/** [1, count]: numbers from the one in the middle. */
function counted(count: number, middle: number): Tensor2D {
  return tensor2d(
    Array.from({ length: count }, (_, index) => index - middle),
    [1, count],
  );
}

function flat(values: Tensor): Tensor1D {
  return reshape<Rank.R1>(values, [-1]);
}

/** `ConeForward` from core operations: all steps of some rays gather at once. */
export function composedLines(volume: Tensor3D, geometry: ConeGeometry): Tensor3D {
  const layout = lineLayout(geometry);
  const bins = Array.from(runsOf(geometry, layout), (run) =>
    tidy(() => {
      const { cells, heights, lengths, steps } = pathOf(geometry, layout, run);
      const columns = gathered(volume, cells);
      const values = heights === undefined ? columns : between(columns, heights);
      return mul<Tensor2D>(sum(reshape(values, [run.lines.length, steps, layout.raysPerLine]), 1), lengths);
    }),
  );
  return reshape<Rank.R3>(concat(bins, 0), [viewCount(geometry), ...geometry.detector]);
}

/** `ConeBackproject`: the transpose. */
export function composedSmears(projections: Tensor3D, geometry: ConeGeometry): Tensor3D {
  const layout = lineLayout(geometry);
  const { raysPerLine } = layout;
  const bins = reshape<Rank.R2>(projections, [-1, raysPerLine]);
  let volume: Tensor3D = zeros<Rank.R3>([...geometry.shape]);
  let first = 0;
  for (const run of runsOf(geometry, layout)) {
    const count = run.lines.length;
    const next = tidy(() => {
      const { cells, heights, lengths, steps } = pathOf(geometry, layout, run);
      const given = mul(slice2d(bins, [first, 0], [count, raysPerLine]), lengths);
      const perStep = tile(reshape<Rank.R3>(given, [count, 1, raysPerLine]), [1, steps, 1]);
      const values = reshape<Rank.R2>(perStep, [count * steps, raysPerLine]);
      const columns = heights === undefined ? values : spreadBetween(values, heights, geometry.shape[2]);
      return add<Tensor3D>(volume, scattered(columns, cells, geometry.shape));
    });
    volume.dispose();
    volume = next;
    first += count;
  }
  return volume;
}
