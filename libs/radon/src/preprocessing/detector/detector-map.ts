import { placeInData, placeInFile, type BinnedAxis } from '@rondel/contracts';

/** What a detector does to a picture, in pixels of the file. */
export interface DetectorFaults {
  readonly xcenter: number | undefined;
  readonly ycenter: number | undefined;
  readonly listFact: readonly number[];
  /** rad */
  readonly tilt: number;
}

/** The pixels of a picture, and how those of the file became them. */
export interface Picture {
  readonly detectors: number;
  readonly slices: number;
  readonly binning: Record<'detector' | 'slice', BinnedAxis>;
}

/** Where the bins of one row are found, as the first of two neighbours and the part of the second. */
export interface RowPlaces {
  readonly columns: Int32Array;
  readonly columnParts: Float64Array;
  readonly rows: Int32Array;
  readonly rowParts: Float64Array;
}

/** Where the bins of one row are looked for, in bins and slices of the data, beyond its edges as well. */
interface SoughtRow {
  readonly columns: Float64Array;
  readonly lines: Float64Array;
}

/** Where the pixels of a picture are looked for, in bins and slices of the data, beyond its edges as well. */
export interface SoughtPlaces {
  readonly detector: readonly [least: number, greatest: number];
  readonly slice: readonly [least: number, greatest: number];
  /** What part of the pixels lies beyond the detector of the file, by more than one. */
  readonly beyond: number;
}

/**
 * Where on the detector each pixel of a row is found that neither tilt nor distortion had moved. A detector that is turned by t from
 * its bins towards its slices has (u, v), counted from its middle, at (u cos t + v sin t, v cos t - u sin t); then the distortion has
 * (x, y), counted from its center, at k(r) (x, y), k(r) = k0 + k1 r + ... (Vo, Atwood, Drakopoulos, "Radial lens distortion correction
 * with sub-pixel accuracy for X-ray micro-tomography", Optics Express 23 (2015) 32859, backward model). What lies beyond the detector
 * is found at its edge.
 */
export function rowPlaces(faults: DetectorFaults, picture: Picture): (row: number) => RowPlaces {
  const { detectors, slices } = picture;
  const sought = soughtRow(faults, picture);
  return (row) => {
    const { columns, lines } = sought(row);
    const [across, along] = [columns.map(within(detectors)), lines.map(within(slices))];
    const first = (places: Float64Array, extent: number) =>
      Int32Array.from(places, (place) => Math.min(Math.floor(place), Math.max(0, extent - 2)));
    const [left, upper] = [first(across, detectors), first(along, slices)];
    return {
      columns: left,
      columnParts: across.map((place, bin) => place - (left[bin] ?? 0)),
      rows: upper,
      rowParts: along.map((place, bin) => place - (upper[bin] ?? 0)),
    };
  };
}

/** Where `rowPlaces` looks. */
export function soughtPlaces(faults: DetectorFaults, picture: Picture): SoughtPlaces {
  const { detectors, slices, binning } = picture;
  const sought = soughtRow(faults, picture);
  const beyondFile = (extent: number, { factor, before, leftOver }: BinnedAxis) => {
    const [first, last] = [-before / factor - 1, extent + leftOver / factor];
    return (place: number) => place < first || place > last;
  };
  const [isBeside, isAbove] = [beyondFile(detectors, binning.detector), beyondFile(slices, binning.slice)];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  let beyond = 0;
  for (let row = 0; row < slices; row++) {
    const { columns, lines } = sought(row);
    columns.forEach((column, bin) => {
      const line = lines[bin] ?? 0;
      [left, right] = [Math.min(left, column), Math.max(right, column)];
      [top, bottom] = [Math.min(top, line), Math.max(bottom, line)];
      if (isBeside(column) || isAbove(line)) beyond++;
    });
  }
  return { detector: [left, right], slice: [top, bottom], beyond: beyond / (slices * detectors) };
}

/** The distance of the farthest corner of the picture from the center of the distortion, in pixels of the file. */
export function farthestFrom({ xcenter, ycenter }: Omit<DetectorFaults, 'listFact'>, picture: Picture): number {
  const along = (extent: number, { factor, leftOver, before }: BinnedAxis, center: number | undefined) => {
    const last = before + extent * factor - 1;
    const from = center ?? (last + leftOver) / 2;
    return Math.max(Math.abs(before - from), Math.abs(last - from));
  };
  const { detectors, slices, binning } = picture;
  return Math.hypot(along(detectors, binning.detector, xcenter), along(slices, binning.slice, ycenter));
}

function soughtRow({ xcenter, ycenter, listFact, tilt }: DetectorFaults, picture: Picture): (row: number) => SoughtRow {
  const { detectors, slices, binning } = picture;
  const middle = (extent: number, { factor, leftOver, before }: BinnedAxis) =>
    (before + extent * factor + leftOver - 1) / 2;
  const [x0, y0] = [middle(detectors, binning.detector), middle(slices, binning.slice)];
  const [xc, yc] = [xcenter ?? x0, ycenter ?? y0];
  const [cosine, sine] = [Math.cos(tilt), Math.sin(tilt)];
  return (row) => {
    const places = { columns: new Float64Array(detectors), lines: new Float64Array(detectors) };
    const v = binning.slice.before + placeInFile(row, binning.slice) - y0;
    for (let bin = 0; bin < detectors; bin++) {
      const u = binning.detector.before + placeInFile(bin, binning.detector) - x0;
      const x = x0 + u * cosine + v * sine - xc;
      const y = y0 + v * cosine - u * sine - yc;
      const r = Math.hypot(x, y);
      const factor = listFact.reduceRight((sum, coefficient) => sum * r + coefficient, 0);
      places.columns[bin] = placeInData(xc + factor * x - binning.detector.before, binning.detector);
      places.lines[bin] = placeInData(yc + factor * y - binning.slice.before, binning.slice);
    }
    return places;
  };
}

function within(extent: number): (place: number) => number {
  return (place) => Math.min(extent - 1, Math.max(0, place));
}
