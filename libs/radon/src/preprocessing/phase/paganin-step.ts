import { binningOf, quantity, RondelError, type Dataset } from '@rondel/contracts';
import { implementStep, type StepContext } from '@rondel/reco';
import { paganinPhase } from '../../manifest/phase.js';
import { quantityIn } from '../../sinogram/carried-quantity.js';
import { requireFinite } from '../../sinogram/finite-values.js';
import { extents, sinogramShape, type SinogramShape } from '../../sinogram/sinogram-shape.js';
import { sayPartNarrow } from '../faults/said-of-part.js';
import { looksLikeTransmission } from '../quantity.js';
import { excessiveFringes, type PhaseGeometry } from './padding.js';
import { filterReach, paganinFilter, strongestChange, type PaganinOptions } from './paganin-filter.js';

/** What TomoPy takes where a plan says neither this nor `deltaBeta`. */
const usualAlpha = 1e-3;

/** Filters every projection as a whole. */
export const paganinPhaseStep = implementStep(
  paganinPhase,
  ({ alpha = usualAlpha, deltaBeta = 1 / alpha, ...ofFile }) => ({
    process(input, context) {
      requireTransmission(input, context);
      const geometry = { ...ofFile, pixelSize: ofFile.pixelSize * pixelFactor(input) };
      const shape = sinogramShape(input.data);
      requireFinite(input.data.data, input.data.shape, 'The data');
      const data = Float32Array.from(input.data.data);
      const { slices, detectors } = shape;
      requireNarrow([slices, detectors], geometry);
      warnOfNoChange({ ...geometry, deltaBeta }, context);
      sayNeighbours(input, filterReach({ ...geometry, deltaBeta }), context);
      const filter = paganinFilter([slices, detectors], { ...geometry, deltaBeta });
      const projections = shape.frames * shape.angles;
      const [first, second] = [new Float32Array(slices * detectors), new Float32Array(slices * detectors)];
      for (let at = 0; at < projections; at += 2) {
        gather(data, shape, at, first);
        gather(data, shape, Math.min(at + 1, projections - 1), second);
        filter(first, second);
        scatter(data, shape, at, first);
        if (at + 1 < projections) scatter(data, shape, at + 1, second);
        context.progress({ iteration: Math.min(at + 2, projections), iterations: projections });
      }
      const { data: _, ...facts } = input.data;
      return {
        ...input,
        data: { ...facts, dtype: 'float32', shape: extents(shape), data },
        attributes: { ...input.attributes, quantity: 'transmission' },
      };
    },
  }),
);

/** How many times as wide and high a pixel is as those of the file. Throws `DATA_SHAPE_MISMATCH` where that is two numbers. */
function pixelFactor(input: Dataset): number {
  const { detector, slice } = binningOf(input);
  if (detector.factor === slice.factor) return detector.factor;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `The phase filter takes square pixels, but ${detector.factor} x ${slice.factor} (bins x slices) were binned. Read the data with binning=${detector.factor}, or without.`,
  );
}

/** Throws `PLAN_INVALID_VALUE` where fringes are far wider than a projection. */
function requireNarrow(extents: readonly [rows: number, columns: number], geometry: PhaseGeometry): void {
  const fringes = excessiveFringes(extents, geometry);
  if (fringes === undefined) return;
  const { pixelSize, distance, energy } = geometry;
  const [rows, columns] = extents;
  const width = (bins: number) => `${quantity(bins, 'bin')} (${(bins * pixelSize).toPrecision(3)} mm)`;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `distance (${distance} mm) must fit pixelSize (${pixelSize} mm): at ${energy} keV they make fringes ${width(fringes)} wide, but the detector is ${width(columns)} wide and ${width(rows)} high. Check that distance and pixelSize are in mm, and energy in keV, or set pad = false.`,
    { at: 'distance', details: { fringes, rows, columns } },
  );
}

/** A filter that changes no frequency by this part of it leaves the image as it is. */
const leastChange = 1e-4;

function warnOfNoChange(options: PaganinOptions, { warn }: Pick<StepContext, 'warn'>): void {
  const change = strongestChange(options);
  if (change >= leastChange) return;
  const { pixelSize, distance, energy, deltaBeta } = options;
  warn(
    'GEOMETRY_SUSPECT',
    `The phase filter changes nothing: with distance = ${distance} mm, pixelSize = ${pixelSize} mm, energy = ${energy} keV and deltaBeta = ${Number(deltaBeta.toPrecision(6))} it lowers no frequency by more than ${change.toExponential(1)} of it. Check that distance and pixelSize are in mm, or leave the stage phase out.`,
    { property: 'distance' },
  );
}

/** A filter that reaches less far than this leaves other pixels nearly alone. */
const leastReach = 1;

function sayNeighbours(input: Dataset, reach: number, context: Pick<StepContext, 'warn'>): void {
  if (reach < leastReach) return;
  const { slices, detectors } = sinogramShape(input.data);
  const binning = binningOf(input);
  const places = (extent: number) => [-reach, extent - 1 + reach] as const;
  const looked = [
    { axis: 'slice', extent: slices, binning: binning.slice, places: places(slices) },
    { axis: 'detector', extent: detectors, binning: binning.detector, places: places(detectors) },
  ] as const;
  sayPartNarrow(`the phase filter takes in, about ${Math.ceil(reach)} pixels on either side`, looked, context);
}

/** Throws `DATA_FORMAT` for what is none; warns where nobody has said that it is and it may not be. */
function requireTransmission(input: Dataset, { warn }: Pick<StepContext, 'warn'>): void {
  const said = quantityIn(input.attributes);
  if (said === 'transmission') return;
  const look = looksLikeTransmission(input);
  if (said === undefined && input.companions['white'] === undefined && look !== 'no') {
    if (look === 'yes') return;
    warn(
      'QUANTITY_ASSUMED',
      'Nobody says what the values are, and they are not near 1 at the edges of the detector. The phase filter took them for transmissions. Give the data as transmissions, or with white fields and a stage flat.',
    );
    return;
  }
  const next = 'Put FlatFieldParameters into the stage flat, which makes transmissions of counts and white fields.';
  throw new RondelError(
    'DATA_FORMAT',
    `The phase filter takes transmissions, but the data holds ${said ?? 'counts'}. ${said === 'lineIntegrals' ? 'Leave phase out, or give the transmissions they were made from.' : next}`,
  );
}

function gather(data: Float32Array, shape: SinogramShape, at: number, projection: Float32Array): void {
  forRows(shape, at, (start, slice) => {
    projection.set(data.subarray(start, start + shape.detectors), slice * shape.detectors);
  });
}

function scatter(data: Float32Array, shape: SinogramShape, at: number, projection: Float32Array): void {
  forRows(shape, at, (start, slice) => {
    data.set(projection.subarray(slice * shape.detectors, (slice + 1) * shape.detectors), start);
  });
}

/** Where the rows of a projection lie, counted over frames and angles. */
function forRows(
  { slices, angles, detectors }: SinogramShape,
  at: number,
  visit: (start: number, slice: number) => void,
): void {
  const [frame, angle] = [Math.floor(at / angles), at % angles];
  for (let slice = 0; slice < slices; slice++) visit(((frame * slices + slice) * angles + angle) * detectors, slice);
}
