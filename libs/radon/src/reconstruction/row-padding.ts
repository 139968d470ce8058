/** One slab of sinograms, [entry, angle, detector]. */
export interface PaddedRows {
  readonly data: Float32Array;
  readonly angles: number;
  readonly detectors: number;
}

/** Bins that `padRows` adds on either side. */
export function paddingOf(detectors: number): number {
  return detectors;
}

/** The edge of an object is told from this part of the detector, at least from some bins. */
const edgePart = 1 / 16;
const leastEdge = 4;

/** An object is taken to reach at most this many times as far from the axis as the detector. */
const farthest = 3;

/**
 * How rows go on beyond the detector: smoothly down to zero, or with their edge value as far as the padding goes (TomoPy's `pad`
 * with mode edge, algotom's `pad_mode`, httomo's `detector_pad`).
 */
export type RowContinuation = 'edge' | 'repeat';

/**
 * Continues rows that end inside the object, smoothly down to zero, so that the ramp filter sees no step: every row goes on
 * from its edge value as the chords of a circle around the axis do, sqrt(R^2 - t^2). R is where the squares of the outermost
 * bins, averaged over the angles, lead to on a straight line over t^2. (Hsieh et al., "A novel reconstruction algorithm to
 * extend the CT scan field-of-view", Medical Physics 31 (2004) 2385, with one circle for all angles.) Rows that end in air go
 * on as air.
 *
 * @param center rotation axis, bins from 0.
 * @returns [entry, angle, bin] with `paddingOf(detectors)` bins before and after. Each entry by itself.
 */
export function padRows(
  { data, angles, detectors }: PaddedRows,
  center: number,
  mode: RowContinuation = 'edge',
): Float32Array {
  const size = angles * detectors;
  const margin = paddingOf(detectors);
  const width = detectors + 2 * margin;
  const padded = new Float32Array((data.length / detectors) * width);
  for (let entry = 0; entry * size < data.length; entry++) {
    const sinogram = data.subarray(entry * size, (entry + 1) * size);
    const before = continuation({ data: sinogram, angles, detectors }, { center, mode, direction: -1 });
    const after = continuation({ data: sinogram, angles, detectors }, { center, mode, direction: 1 });
    for (let angle = 0; angle < angles; angle++) {
      const row = sinogram.subarray(angle * detectors, (angle + 1) * detectors);
      const target = padded.subarray((entry * angles + angle) * width, (entry * angles + angle + 1) * width);
      target.set(row, margin);
      for (let at = 0; at < before.weights.length; at++) {
        target[margin + before.edge - 1 - at] = (row[before.edge] ?? 0) * (before.weights[at] ?? 0);
      }
      for (let at = 0; at < after.weights.length; at++) {
        target[margin + after.edge + 1 + at] = (row[after.edge] ?? 0) * (after.weights[at] ?? 0);
      }
    }
  }
  return padded;
}

interface Continuation {
  /** The outermost bin that was measured: where the detector was extended by repeating it, that repetition ends. */
  readonly edge: number;
  /** Of the edge value, for each bin from there on outwards. */
  readonly weights: Float64Array;
}

function continuation(
  rows: PaddedRows,
  { center, mode, direction }: { readonly center: number; readonly mode: RowContinuation; readonly direction: -1 | 1 },
): Continuation {
  const { detectors } = rows;
  const outermost = direction < 0 ? 0 : detectors - 1;
  const edge = outermost - direction * repeated(rows, outermost, direction);
  const count = Math.abs(outermost - edge) + paddingOf(detectors);
  if (mode === 'repeat') return { edge, weights: new Float64Array(count).fill(1) };
  const from = Math.abs(edge - center);
  const radius = reach(rows, { edge, center, direction });
  const ends = radius ** 2 - from ** 2;
  const weights = Float64Array.from({ length: count }, (_, at) => {
    const left = radius ** 2 - (from + 1 + at) ** 2;
    return left > 0 && ends > 0 ? Math.sqrt(left / ends) : 0;
  });
  return { edge, weights };
}

/** How many bins next to the outermost one repeat its value in all rows; at most half the detector. */
function repeated({ data, angles, detectors }: PaddedRows, outermost: number, direction: -1 | 1): number {
  for (let count = 0; count < detectors / 2; count++) {
    const bin = outermost - direction * (count + 1);
    for (let start = 0; start < angles * detectors; start += detectors) {
      if (data[start + bin] !== data[start + outermost]) return count;
    }
  }
  return 0;
}

/** Distance from the axis at which the projections reach zero, beyond the edge. */
function reach(
  { data, angles, detectors }: PaddedRows,
  { edge, center, direction }: { readonly edge: number; readonly center: number; readonly direction: -1 | 1 },
): number {
  const count = Math.max(leastEdge, Math.floor(detectors * edgePart));
  const points = Array.from({ length: count }, (_, at) => {
    const bin = edge - direction * at;
    let sum = 0;
    for (let start = 0; start < angles * detectors; start += detectors) sum += data[start + bin] ?? 0;
    return { x: (bin - center) ** 2, y: (sum / angles) ** 2 };
  });
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / count;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / count;
  const slope =
    points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) /
    points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const from = Math.abs(edge - center);
  const most = farthest * from;
  if (!(slope < 0)) return most;
  return Math.min(most, Math.sqrt(Math.max(meanX - meanY / slope, (from + 1) ** 2)));
}
