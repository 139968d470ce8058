import { float32Array, type Dataset } from '@rondel/contracts';
import { axisAttributes } from '../sinogram/rotation-axis.js';
import { sinogramShape } from '../sinogram/sinogram-shape.js';
import { onBinnedDetector } from './binned-detector.js';
import { columnOf, flatGeometry, rowOf, tapsPerPlace } from './flat-geometry.js';
import type { RowBlock } from './row-block.js';
import type { SeenGeometry } from './seen-geometry.js';

/** Projections and the geometry in which they were taken. */
export interface SeenProjections {
  readonly input: Dataset;
  readonly parameters: SeenGeometry;
}

interface GivenProjections extends SeenProjections {
  /** Which rows of the whole the input has; absent: all. */
  readonly block?: Pick<RowBlock, 'firstRow' | 'allRows'>;
}

/**
 * What a flat detector at the same distance would have seen of the rays of a curved one, cubic between its bins: bins of the same
 * size, as many columns more as the flat one needs to be seen under the same angle. Of a flat detector what is given. Bins are those of
 * the input, where those of the file became fewer. Of some rows of the whole, those at their ends lack what `curvedRows` has beside them.
 * Throws as `onBinnedDetector`.
 */
export function onFlatDetector({ input, parameters: ofFile, block }: GivenProjections): SeenProjections {
  const { frames, slices: rows, angles, detectors: bins } = sinogramShape(input.data);
  const { firstRow, allRows: binRows } = block ?? { firstRow: 0, allRows: rows };
  const measured = onBinnedDetector(ofFile, { attributes: input.attributes, bins, binRows });
  const { parameters, bins: width, fans } = flatGeometry(measured, { bins, binRows });
  if (fans === undefined) return { input, parameters };
  const across = tapsAt(
    fans.map((fan) => columnOf(measured, fan, bins)),
    bins,
  );
  const data = new Float32Array(frames * rows * angles * width);
  for (let row = 0; row < rows; row++) {
    const up = tapsAt(
      fans.map((fan) => rowOf(measured, { row: firstRow + row, fan }, binRows)),
      binRows,
    );
    const held = { ...up, entries: up.entries.map((entry) => Math.min(rows - 1, Math.max(0, entry - firstRow))) };
    for (let frame = 0; frame < frames; frame++) {
      for (let angle = 0; angle < angles; angle++) {
        const lineOf = (which: number) => ((frame * rows + which) * angles + angle) * bins;
        const target = ((frame * rows + row) * angles + angle) * width;
        interpolateLine(input.data.data, lineOf, { across, up: held }, data.subarray(target, target + width));
      }
    }
  }
  const { [axisAttributes.imageSize]: _measured, ...attributes } = input.attributes;
  const flat = float32Array(data, [frames, rows, angles, width], ['frame', 'slice', 'angle', 'detector']);
  return { input: { ...input, attributes, data: flat }, parameters };
}

/** Entries around places, and what each counts: four a place. */
interface Taps {
  readonly entries: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Cubic convolution (Keys, IEEE Trans. Acoust. Speech Signal Process. 29, 1981), which blurs far less than linear interpolation:
 * edges of the object would become a bin wider; linear next to the ends, and beyond them the last entry goes on.
 */
function tapsAt(places: Float64Array, extent: number): Taps {
  const entries = new Int32Array(tapsPerPlace * places.length);
  const weights = new Float64Array(tapsPerPlace * places.length);
  places.forEach((place, at) => {
    const inside = Math.min(extent - 1, Math.max(0, place));
    const lower = Math.floor(inside);
    const t = inside - lower;
    const [square, cube] = [t * t, t * t * t];
    const isEnd = lower < 1 || lower > extent - 3;
    const counts = isEnd
      ? [0, 1 - t, t, 0]
      : [square - (cube + t) / 2, 1 + 1.5 * cube - 2.5 * square, 2 * square + (t - 3 * cube) / 2, (cube - square) / 2];
    counts.forEach((weight, tap) => {
      entries[tapsPerPlace * at + tap] = Math.min(extent - 1, Math.max(0, lower - 1 + tap));
      weights[tapsPerPlace * at + tap] = weight;
    });
  });
  return { entries, weights };
}

/** One view of one row, from the rows and columns of the curved detector around it. */
function interpolateLine(
  values: ArrayLike<number>,
  lineOf: (row: number) => number,
  { across, up }: { readonly across: Taps; readonly up: Taps },
  target: Float32Array,
): void {
  for (let column = 0; column < target.length; column++) {
    const first = tapsPerPlace * column;
    let sum = 0;
    for (let one = first; one < first + tapsPerPlace; one++) {
      const weight = up.weights[one] ?? 0;
      if (weight === 0) continue;
      const line = lineOf(up.entries[one] ?? 0);
      let along = 0;
      for (let other = first; other < first + tapsPerPlace; other++) {
        along += (across.weights[other] ?? 0) * (values[line + (across.entries[other] ?? 0)] ?? 0);
      }
      sum += weight * along;
    }
    target[column] = sum;
  }
}

/** Further copies of the projections that a curved detector takes, about: those of the flat one. */
export const curvedCopies = 1.25;
