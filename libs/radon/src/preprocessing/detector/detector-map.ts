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

/**
 * Where on the detector each pixel of a row is found that neither tilt nor distortion had moved. A detector that is turned by t from
 * its bins towards its slices has (u, v), counted from its middle, at (u cos t + v sin t, v cos t - u sin t); then the distortion has
 * (x, y), counted from its center, at k(r) (x, y), k(r) = k0 + k1 r + ... (Vo, Atwood, Drakopoulos, "Radial lens distortion correction
 * with sub-pixel accuracy for X-ray micro-tomography", Optics Express 23 (2015) 32859, backward model). What lies beyond the detector
 * is found at its edge.
 */
export function rowPlaces({ xcenter, ycenter, listFact, tilt }: DetectorFaults, picture: Picture) {
  const { detectors, slices, binning } = picture;
  const middle = (extent: number, { factor, leftOver, before }: BinnedAxis) =>
    (before + extent * factor + leftOver - 1) / 2;
  const [x0, y0] = [middle(detectors, binning.detector), middle(slices, binning.slice)];
  const [xc, yc] = [xcenter ?? x0, ycenter ?? y0];
  const [cosine, sine] = [Math.cos(tilt), Math.sin(tilt)];
  return (row: number): RowPlaces => {
    const places = {
      columns: new Int32Array(detectors),
      columnParts: new Float64Array(detectors),
      rows: new Int32Array(detectors),
      rowParts: new Float64Array(detectors),
    };
    const v = binning.slice.before + placeInFile(row, binning.slice) - y0;
    for (let bin = 0; bin < detectors; bin++) {
      const u = binning.detector.before + placeInFile(bin, binning.detector) - x0;
      const x = x0 + u * cosine + v * sine - xc;
      const y = y0 + v * cosine - u * sine - yc;
      const r = Math.hypot(x, y);
      const factor = listFact.reduceRight((sum, coefficient) => sum * r + coefficient, 0);
      const column = clamped(placeInData(xc + factor * x - binning.detector.before, binning.detector), detectors);
      const line = clamped(placeInData(yc + factor * y - binning.slice.before, binning.slice), slices);
      places.columns[bin] = Math.min(Math.floor(column), Math.max(0, detectors - 2));
      places.columnParts[bin] = column - (places.columns[bin] ?? 0);
      places.rows[bin] = Math.min(Math.floor(line), Math.max(0, slices - 2));
      places.rowParts[bin] = line - (places.rows[bin] ?? 0);
    }
    return places;
  };
}

function clamped(place: number, extent: number): number {
  return Math.min(extent - 1, Math.max(0, place));
}
