import { binningOf, RondelError, type NdArray, type TypedArray } from '@rondel/contracts';
import { implementStep, type StepContext } from '@rondel/reco';
import { fieldAxes } from '../../manifest/axes.js';
import { detectorCorrection } from '../../manifest/detector-correction.js';
import { requireFinite } from '../../sinogram/finite-values.js';
import { extents, sinogramShape } from '../../sinogram/sinogram-shape.js';
import { sayPartNarrow } from '../faults/said-of-part.js';
import {
  farthestFrom,
  rowPlaces,
  soughtPlaces,
  type DetectorFaults,
  type Picture,
  type RowPlaces,
  type SoughtPlaces,
} from './detector-map.js';

/** Projections and fields as a detector without faults would have taken them, float32. */
export const detectorCorrectionStep = implementStep(detectorCorrection, (parameters) => ({
  process(input, context) {
    const shape = sinogramShape(input.data);
    requireFinite(input.data.data, input.data.shape, 'The raw data');
    const { slices, detectors } = shape;
    const picture = { slices, detectors, binning: binningOf(input) };
    requireRising(parameters, picture);
    sayPlaces(soughtPlaces(parameters, picture), picture, context);
    const placesOf = rowPlaces(parameters, picture);
    const { data: _, ...facts } = input.data;
    const data = corrected(input.data.data, { slices, pictures: shape.angles, detectors }, placesOf);
    const companions = Object.entries(input.companions).map(([name, array]) => {
      if (name !== 'white' && name !== 'dark') return [name, array] as const;
      return [name, correctedField(name, array, { slices, detectors }, placesOf)] as const;
    });
    // Interpolated counts are no whole numbers, by which they would be told.
    const isWhole = !input.data.dtype.startsWith('float') && input.attributes['quantity'] === undefined;
    return {
      ...input,
      data: { ...facts, dtype: 'float32', shape: extents(shape), data },
      companions: Object.fromEntries(companions),
      attributes: { ...input.attributes, ...(isWhole && { quantity: 'counts' }) },
    };
  },
}));

/** No optics bend so much of a picture out of the detector; coefficients in other units do. */
const mostBeyond = 0.25;

function sayPlaces(
  { detector, slice, beyond }: SoughtPlaces,
  { detectors, slices, binning }: Picture,
  context: Pick<StepContext, 'warn'>,
): void {
  const looked = [
    { axis: 'slice', extent: slices, binning: binning.slice, places: slice },
    { axis: 'detector', extent: detectors, binning: binning.detector, places: detector },
  ] as const;
  sayPartNarrow('the stage detector looks for', looked, context);
  if (beyond <= mostBeyond) return;
  context.warn(
    'GEOMETRY_SUSPECT',
    `The correction of the detector looks for ${(100 * beyond).toFixed(0)} % of the pixels beyond it, where the values of its edge stand in. Check that listFact, xcenter and ycenter are in pixels of the file, and tilt in rad.`,
    { property: 'listFact' },
  );
}

/** Radii at which the distortion is looked at. */
const radii = 256;

/** Throws `PLAN_INVALID_VALUE` for a distortion that folds the picture over, or turns it inside out: no optics do. */
function requireRising({ listFact, ...faults }: DetectorFaults, picture: Picture): void {
  const farthest = farthestFrom(faults, picture);
  const place = (r: number) => r * listFact.reduceRight((sum, coefficient) => sum * r + coefficient, 0);
  for (let at = 1; at <= radii; at++) {
    const [before, r] = [((at - 1) * farthest) / radii, (at * farthest) / radii];
    if (place(r) > place(before)) continue;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `listFact must have r (k0 + k1 r + ...) rise with the distance r from the center, but it falls at r = ${r.toPrecision(3)} pixels of the file, ${farthest.toPrecision(3)} being the farthest corner: the picture would be folded. Check that its coefficients are in pixels of the file.`,
      { at: 'listFact' },
    );
  }
}

type PlacesOf = (row: number) => RowPlaces;

interface Stack {
  readonly slices: number;
  /** Projections, or samples of a field. */
  readonly pictures: number;
  readonly detectors: number;
}

function correctedField(
  name: string,
  field: NdArray,
  { slices, detectors }: Pick<Stack, 'slices' | 'detectors'>,
  placesOf: PlacesOf,
): NdArray {
  const [rows, samples = 0, bins] = field.shape;
  if (field.shape.length !== fieldAxes.length || rows !== slices || bins !== detectors) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `The ${name} fields must be [slice, sample, detector] with ${slices} slices and ${detectors} bins as the projections, but have shape [${field.shape.join(', ')}].`,
    );
  }
  const { data: _, ...facts } = field;
  return {
    ...facts,
    dtype: 'float32',
    data: corrected(field.data, { slices, pictures: samples, detectors }, placesOf),
  };
}

/** [frame, slice, picture, bin], bilinear between four bins. */
function corrected(data: TypedArray, { slices, pictures, detectors }: Stack, placesOf: PlacesOf): Float32Array {
  const result = new Float32Array(data.length);
  const perSlice = pictures * detectors;
  const perFrame = slices * perSlice;
  const [right, down] = [detectors > 1 ? 1 : 0, slices > 1 ? perSlice : 0];
  for (let slice = 0; slice < slices; slice++) {
    const { columns, columnParts, rows, rowParts } = placesOf(slice);
    for (let frame = 0; frame < data.length; frame += perFrame) {
      for (let picture = 0; picture < pictures; picture++) {
        const target = frame + slice * perSlice + picture * detectors;
        const source = frame + picture * detectors;
        for (let bin = 0; bin < detectors; bin++) {
          const at = source + (rows[bin] ?? 0) * perSlice + (columns[bin] ?? 0);
          const [x, y] = [columnParts[bin] ?? 0, rowParts[bin] ?? 0];
          const upper = (data[at] ?? 0) * (1 - x) + (data[at + right] ?? 0) * x;
          const lower = (data[at + down] ?? 0) * (1 - x) + (data[at + down + right] ?? 0) * x;
          result[target + bin] = upper * (1 - y) + lower * y;
        }
      }
    }
  }
  return result;
}
