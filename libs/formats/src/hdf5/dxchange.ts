import {
  elementCount,
  RondelError,
  type ArrayFacts,
  type Dataset,
  type DatasetFacts,
  type Float32NdArray,
  type JsonValue,
  type NdArray,
} from '@rondel/contracts';
import { boxOf, mainBoxOf, type AxisRange, type Box } from '../axis-range.js';
import { allocateBytes, tooLarge } from '../data-errors.js';
import { readAttribute, readFact } from './attributes.js';
import { describeDataset, readPlainArray, readSlabs, type Hdf5Part } from './array-reader.js';
import { isDataset, refuseExternalLink, type OpenedHdf5 } from './opened-hdf5.js';

const dataPath = '/exchange/data';
const companionPaths = { dark: '/exchange/data_dark', white: '/exchange/data_white' } as const;
const thetaPath = '/exchange/theta';

/** Facts about the instrument that a reconstruction may use; nothing about the sample, which may be a patient. */
const instrumentFacts = [
  'name',
  'source/name',
  'source/beamline',
  'monochromator/energy',
  'detector/manufacturer',
  'detector/model',
  'detector/exposure_time',
  'detector/x_pixel_size',
  'detector/y_pixel_size',
  'detector/pixel_size_x',
  'detector/pixel_size_y',
  'detection_system/objective/magnification',
] as const;

export function isDxchange(file: OpenedHdf5): boolean {
  return isDataset(file, dataPath);
}

/** Axes of the arrays as they lie in the file. */
const dataAxes = ['angle', 'slice', 'detector'];
const fieldAxes = ['sample', 'slice', 'detector'];

/** What `readDxchange` would return, without its values. Throws as it. */
export function describeDxchange(file: OpenedHdf5): DatasetFacts {
  for (const path of [dataPath, companionPaths.dark, companionPaths.white, thetaPath]) refuseExternalLink(file, path);
  const { angles, slices, detectors } = projectionExtents(file, dataPath);
  const theta = describeAngles(file, angles);
  return {
    data: { dtype: 'float32', shape: [1, slices, angles, detectors], axes: ['frame', 'slice', 'angle', 'detector'] },
    companions: { ...describeFields(file, { slices, detectors }), ...(theta && { angles: theta }) },
    attributes: attributesOf(file),
  };
}

/** The fields that are there. Throws `DATA_SHAPE_MISMATCH` for one that does not belong to the projections. */
function describeFields(
  file: OpenedHdf5,
  { slices, detectors }: { readonly slices: number; readonly detectors: number },
): Record<string, ArrayFacts> {
  const present = Object.entries(companionPaths).filter(([, path]) => isDataset(file, path));
  const fields = present.map(([name, path]): [string, ArrayFacts] => {
    const { angles: samples, ...own } = projectionExtents(file, path);
    if (own.slices !== slices || own.detectors !== detectors) {
      throw mismatch(
        file,
        `${path} must have ${slices} slices and ${detectors} detectors as ${dataPath}, has [sample, slice, detector] = [${samples}, ${own.slices}, ${own.detectors}]`,
      );
    }
    return [name, { dtype: 'float32', shape: [slices, samples, detectors], axes: ['slice', 'sample', 'detector'] }];
  });
  return Object.fromEntries(fields);
}

function describeAngles(file: OpenedHdf5, angles: number): ArrayFacts | undefined {
  if (!isDataset(file, thetaPath)) return undefined;
  const { shape, element } = describeDataset(file, thetaPath);
  if (shape.length !== 1 || shape[0] !== angles || element.dtype.startsWith('complex')) {
    throw mismatch(
      file,
      `${thetaPath} must have one real angle for each of the ${angles} projections, has shape [${shape.join(', ')}]`,
    );
  }
  return { dtype: 'float64', shape, axes: ['angle'] };
}

/**
 * Reads the DXchange layout of synchrotron CT (F. De Carlo et al., J. Synchrotron Rad. 21, 2014, "Scientific data
 * exchange"), which stores projections as [angle, slice, detector].
 *
 * - `data`: float32 [frame = 1, slice, angle, detector], counts; float64 and integers are rounded to float32
 * - `companions.dark`, `.white`: float32 [slice, sample, detector], counts, as far as they are there
 * - `companions.angles`: float64 [angle], radians, when `/exchange/theta` is there (in degrees unless its `units` say
 *   radians)
 * - with a `range`, of all that has the axis only the entries asked for
 * - `attributes`: `layout: 'dxchange'` and, when the file has any, `instrument` with `{value, units?}` by path
 *
 * Throws `DATA_SHAPE_MISMATCH` when the arrays do not belong together.
 */
export function readDxchange(file: OpenedHdf5, range?: AxisRange): Dataset {
  const facts = describeDxchange(file);
  mainBoxOf(file.label, facts.data, range);
  const boxes = arrayBoxes(file, range);
  claimTotal(file, boxes);
  const projections = readBySlice(file, { path: dataPath, box: boxes.data });
  const [slices = 0, angles = 0, detectors = 0] = projections.shape;
  const companions: Record<string, NdArray> = {};
  for (const [name, path] of Object.entries(companionPaths)) {
    const box = boxes[name];
    if (box === undefined) continue;
    companions[name] = { ...readBySlice(file, { path, box }), axes: ['slice', 'sample', 'detector'] };
  }
  const { angles: theta } = facts.companions;
  if (theta) companions['angles'] = readAngles(file, theta, range);
  const data: NdArray = {
    ...projections,
    shape: [1, slices, angles, detectors],
    axes: ['frame', 'slice', 'angle', 'detector'],
  };
  return { data, companions, attributes: facts.attributes };
}

function attributesOf(file: OpenedHdf5): Dataset['attributes'] {
  const instrument = readInstrument(file);
  return { layout: 'dxchange', ...(Object.keys(instrument).length > 0 && { instrument }) };
}

/** What is read of the projections and of the fields that are there. */
function arrayBoxes(file: OpenedHdf5, range: AxisRange | undefined): { data: Box } & Record<string, Box | undefined> {
  const shapeOf = (path: string) => {
    const { slices, angles, detectors } = projectionExtents(file, path);
    return [angles, slices, detectors];
  };
  const data = boxOf({ shape: shapeOf(dataPath), axes: dataAxes }, range);
  const fields = Object.entries(companionPaths).filter(([, path]) => isDataset(file, path));
  return {
    data,
    ...Object.fromEntries(
      fields.map(([name, path]) => [name, boxOf({ shape: shapeOf(path), axes: fieldAxes }, range)]),
    ),
  };
}

/** Throws `QUOTA_EXCEEDED` before anything is read when all that is to be read is above the limit. */
function claimTotal(file: OpenedHdf5, boxes: Readonly<Record<string, Box | undefined>>): void {
  const bytes = Object.values(boxes).reduce((total, box) => total + 4 * elementCount(box?.count ?? [0]), 0);
  if (bytes > file.maxBytes) throw tooLarge(file.label, bytes, file.maxBytes);
}

/** Extents of [n, slice, detector]. */
function projectionExtents(file: OpenedHdf5, path: string): { angles: number; slices: number; detectors: number } {
  const { shape, element } = describeDataset(file, path);
  const [angles = 0, slices = 0, detectors = 0] = shape;
  if (shape.length !== 3 || elementCount(shape) === 0) {
    throw mismatch(
      file,
      `${path} must be [angle, slice, detector] with no empty axis, has shape [${shape.join(', ')}]`,
    );
  }
  if (element.dtype.startsWith('complex')) throw mismatch(file, `${path} must be real, is ${element.dtype}`);
  return { angles, slices, detectors };
}

/** Reads a box of [n, slice, detector] as float32 [slice, n, detector]. */
function readBySlice(file: OpenedHdf5, part: Hdf5Part): Float32NdArray {
  const [count = 0, slices = 0, detectors = 0] = part.box.count;
  const data = new Float32Array(allocateBytes(file.label, 4 * elementCount(part.box.count)));
  readSlabs(file, part, (values, start) => {
    for (let done = 0; done < values.length;) {
      const row = Math.floor((start + done) / detectors);
      const column = (start + done) % detectors;
      const length = Math.min(detectors - column, values.length - done);
      const target = ((row % slices) * count + Math.floor(row / slices)) * detectors + column;
      data.set(values.subarray(done, done + length), target);
      done += length;
    }
  });
  return { dtype: 'float32', shape: [slices, count, detectors], data };
}

function readAngles(file: OpenedHdf5, facts: ArrayFacts, range: AxisRange | undefined): NdArray {
  const units = readAttribute(file, thetaPath, 'units');
  const inRadians = typeof units === 'string' && /^rad(ian)?s?$/i.test(units.trim());
  const toRadians = inRadians ? 1 : Math.PI / 180;
  const { data: values, shape } = readPlainArray(file, thetaPath, boxOf(facts, range));
  return { ...facts, shape, data: Float64Array.from(values, (value) => value * toRadians) };
}

function readInstrument(file: OpenedHdf5): Record<string, JsonValue> {
  const facts: Record<string, JsonValue> = {};
  for (const name of instrumentFacts) {
    const path = `/measurement/instrument/${name}`;
    const value = readFact(file, path);
    if (value === undefined) continue;
    const units = readAttribute(file, path, 'units');
    facts[name] = units === undefined ? { value } : { value, units };
  }
  return facts;
}

function mismatch(file: OpenedHdf5, problem: string): RondelError {
  return new RondelError('DATA_SHAPE_MISMATCH', `${file.label}: ${problem}.`);
}
