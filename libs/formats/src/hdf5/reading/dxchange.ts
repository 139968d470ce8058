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
import {
  describeInOrder,
  isSinogram,
  putInOrder,
  storedAxes,
  storedBox,
  storedRange,
  type StoredAxes,
} from '../../array/axis-order.js';
import { boxOf, mainBoxOf, wholeOf, type AxisRange, type Box } from '../../array/axis-range.js';
import { boxOfSpans, takeBox, type ArrayPart } from '../../array/axis-spans.js';
import { allocateBytes, noSuchArray, tooLarge } from '../../file/data-errors.js';
import { inRadians } from '../../array/radians.js';
import { readAttribute, readFact } from '../library/attributes.js';
import type { Hdf5Element } from '../library/element-type.js';
import { axesOfFile, centerOfFile, quantityOfFile, thetaUnitOf, type AngleUnit } from './stored-facts.js';
import { describeDataset, readPlainArray, readSlabs, type Hdf5Part } from '../library/array-reader.js';
import { isDataset, refuseExternalLink, type OpenedHdf5 } from '../library/opened-hdf5.js';

const dataPath = '/exchange/data';
const companionPaths = { dark: '/exchange/data_dark', white: '/exchange/data_white' } as const;
export const thetaPath = '/exchange/theta';

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

/** Axes of the arrays as they lie in the file unless it says otherwise. */
const dataAxes = ['angle', 'slice', 'detector'];
const fieldAxes = ['sample', 'slice', 'detector'];

export function isDxchange(file: OpenedHdf5): boolean {
  return isDataset(file, dataPath);
}

/** What is asked of a file in this layout. */
export interface DxchangeReading {
  readonly range?: AxisRange | undefined;
  /** Axes of `/exchange/data` as they are stored, instead of what the file says. */
  readonly axes?: readonly string[] | undefined;
  readonly unit?: AngleUnit | undefined;
  /** Companions that are neither read nor checked. */
  readonly without?: readonly string[] | undefined;
}

/** An array of the file. */
interface StoredArray {
  readonly path: string;
  readonly shape: readonly number[];
  readonly stored: StoredAxes;
  readonly element: Hdf5Element;
}

/** All of the file but its values. */
interface Layout {
  readonly data: StoredArray;
  readonly fields: ReadonlyMap<string, StoredArray>;
  /** Whether nobody has named the axes and the number of angles does not tell slices from projections. */
  readonly areAxesAssumed: boolean;
  readonly theta?: { readonly facts: ArrayFacts; readonly unit: AngleUnit } | undefined;
}

/** What `readDxchange` would return, without its values. Throws as it. */
export function describeDxchange(file: OpenedHdf5, reading: DxchangeReading): DatasetFacts {
  return factsOf(file, layoutOf(file, reading));
}

function layoutOf(file: OpenedHdf5, { axes, unit, without = [] }: DxchangeReading): Layout {
  for (const path of [dataPath, companionPaths.dark, companionPaths.white, thetaPath]) refuseExternalLink(file, path);
  const theta = without.includes('angles') ? undefined : describeAngles(file, unit);
  const data = describeProjections(file, { axes, angles: theta?.facts.shape[0] });
  const present = Object.entries(companionPaths).filter(
    ([name, path]) => !without.includes(name) && isDataset(file, path),
  );
  const fields = new Map(present.map(([name, path]) => [name, describeField(file, path, data)]));
  const [first, second] = data.shape;
  const isNamed = axes !== undefined || projectionAxesOf(file, dataPath) !== undefined;
  return { data, fields, theta, areAxesAssumed: !isNamed && first === second };
}

function factsOf(file: OpenedHdf5, layout: Layout): DatasetFacts {
  const { data, fields, theta } = layout;
  const [slices = 0, angles = 0, detectors = 0] = inOrder(data);
  const described = [...fields].map(([name, field]): [string, ArrayFacts] => [
    name,
    { dtype: 'float32', shape: inOrder(field), axes: ['slice', 'sample', 'detector'] },
  ]);
  return {
    data: { dtype: 'float32', shape: [1, slices, angles, detectors], axes: ['frame', 'slice', 'angle', 'detector'] },
    companions: { ...Object.fromEntries(described), ...(theta && { angles: theta.facts }) },
    attributes: attributesOf(file, layout),
  };
}

/** Extents [slice, angle or sample, detector]. */
function inOrder({ path, shape, stored }: StoredArray): readonly number[] {
  return describeInOrder({ dtype: 'float32', shape }, stored, path).shape;
}

/** In the file's words, else in the reader's order; turned round where only that fits the number of angles. */
function describeProjections(
  file: OpenedHdf5,
  { axes, angles }: { readonly axes: readonly string[] | undefined; readonly angles: number | undefined },
): StoredArray {
  const array = describeStored(file, dataPath);
  const said = axes ? storedAxes(axes) : projectionAxesOf(file, dataPath);
  const [first, second] = array.shape;
  const turned = angles !== undefined && first !== angles && second === angles && !hasUsualField(file, array);
  const stored = said ?? { names: turned ? ['slice', 'angle', 'detector'] : dataAxes, reversed: [] };
  if (stored.names.length === 3 && dataAxes.every((name) => stored.names.includes(name))) return { ...array, stored };
  throw mismatch(
    file,
    `${dataPath} must have the axes angle, slice and detector, in whatever order, has ${stored.names.join(', ')}`,
  );
}

/** Whether a field has the slices that projections in the usual order would have. */
function hasUsualField(file: OpenedHdf5, { shape }: Pick<StoredArray, 'shape'>): boolean {
  const fields = Object.values(companionPaths).filter((path) => isDataset(file, path));
  return fields.some((path) => describeDataset(file, path).shape[1] === shape[1]);
}

/** Words that are not those of projections leave the layout as it is. */
function projectionAxesOf(file: OpenedHdf5, path: string): StoredAxes | undefined {
  const said = axesOfFile(file, path, 3);
  return said && isSinogram(said.names) ? said : undefined;
}

/** Throws `DATA_SHAPE_MISMATCH` for a field that does not belong to the projections. */
function describeField(file: OpenedHdf5, path: string, data: StoredArray): StoredArray {
  const array = describeStored(file, path);
  const [slices = 0, , detectors = 0] = inOrder(data);
  const said = projectionAxesOf(file, path);
  const sampled = (names: readonly string[]) => names.map((name) => (name === 'angle' ? 'sample' : name));
  const { reversed } = data.stored;
  const candidates = said
    ? [{ ...said, names: sampled(said.names) }]
    : [fieldAxes, sampled(data.stored.names)].map((names) => ({
        names,
        reversed: reversed.filter((name) => name !== 'angle'),
      }));
  for (const stored of candidates) {
    const field = { ...array, stored };
    const [own, , width] = inOrder(field);
    if (own === slices && width === detectors) return field;
  }
  throw mismatch(
    file,
    `${path} must have ${slices} slices and ${detectors} detectors as ${dataPath}, has [${candidates[0]?.names.join(', ') ?? ''}] = [${array.shape.join(', ')}]`,
  );
}

/** Whether there is one for each projection is for those to say who use them: a plan may bring others. */
function describeAngles(file: OpenedHdf5, unit: AngleUnit | undefined): Layout['theta'] {
  if (!isDataset(file, thetaPath)) return undefined;
  const { shape, element } = describeDataset(file, thetaPath);
  if (shape.length !== 1 || element.dtype.startsWith('complex')) {
    throw mismatch(file, `${thetaPath} must be a list of real angles, has shape [${shape.join(', ')}]`);
  }
  return { facts: { dtype: 'float64', shape, axes: ['angle'] }, unit: unit ?? thetaUnitOf(file, thetaPath) };
}

/**
 * Reads the DXchange layout of synchrotron CT (F. De Carlo et al., J. Synchrotron Rad. 21, 2014, "Scientific data
 * exchange"), which stores projections as [angle, slice, detector] unless `axes`, `reading` or the number of angles say
 * otherwise.
 *
 * - `data`: float32 [frame = 1, slice, angle, detector], counts; float64 and integers are rounded to float32
 * - `companions.dark`, `.white`: float32 [slice, sample, detector], counts, as far as they are there
 * - `companions.angles`: float64 [angle], radians, when `/exchange/theta` is there (in degrees unless its `units` say
 *   radians); whether they are as many as there are projections is not looked at
 * - with a `range`, of all that has the axis only the entries asked for
 * - `attributes`: `layout: 'dxchange'`; `quantity` as the file says it, `counts` for integers without white fields; `center`,
 *   the rotation axis in bins from 0, where `/exchange/data` or `/exchange` has it as an attribute;
 *   `storedAxes` where these are others than usual; `axesAssumed: true` where slices are as many as projections and nobody
 *   has named the axes; when the file has any, `instrument` with `{value, units?}` by path
 *
 * Throws `DATA_SHAPE_MISMATCH` when the arrays do not belong together, `DATA_FORMAT` for units of angles that nobody knows.
 */
export function readDxchange(file: OpenedHdf5, reading: DxchangeReading): Dataset {
  const { range } = reading;
  const layout = layoutOf(file, reading);
  const facts = factsOf(file, layout);
  mainBoxOf(file.label, facts.data, range);
  const parts = new Map(
    [...layout.fields, ['data', layout.data] as const].map(([name, array]) => [name, partOf(array, range)]),
  );
  claimTotal(
    file,
    [...parts.values()].map(({ box }) => box),
  );
  const companions: Record<string, NdArray> = {};
  let projections: NdArray = { dtype: 'float32', shape: [0, 0, 0], data: new Float32Array(0) };
  for (const [name, part] of parts) {
    if (name === 'data') projections = readStored(file, part);
    else companions[name] = { ...readStored(file, part), axes: ['slice', 'sample', 'detector'] };
  }
  if (layout.theta) companions['angles'] = readAngles(file, layout.theta, range);
  const data: NdArray = {
    ...projections,
    shape: [1, ...projections.shape],
    axes: ['frame', 'slice', 'angle', 'detector'],
  };
  return { data, companions, attributes: facts.attributes };
}

/**
 * Reads one array of the layout, or a box of it. Throws as `readDxchange`, `boxOfSpans` and `placesInOrder`, and `DATA_NOT_FOUND`
 * for an array that is not there.
 */
export function readDxchangeArray(file: OpenedHdf5, reading: DxchangeReading, part: ArrayPart): NdArray {
  const { name, spans, order } = part;
  const layout = layoutOf(file, reading);
  const { data, companions } = factsOf(file, layout);
  const facts = name === 'data' ? data : companions[name];
  if (facts === undefined) throw noSuchArray(file.label, name, Object.keys(companions));
  const box = boxOfSpans(file.label, facts, spans);
  const array = name === 'data' ? layout.data : layout.fields.get(name);
  const read =
    array === undefined && layout.theta
      ? takeBox(file.label, readAngles(file, layout.theta, undefined), box)
      : readBoxOf(file, array ?? layout.data, box);
  const shaped = { ...read, shape: box.count, axes: facts.axes ?? [] };
  return takeBox(file.label, shaped, wholeOf(box.count), order);
}

/** A box of [slice, angle or sample, detector], whatever axes it has before them. */
function readBoxOf(file: OpenedHdf5, { path, shape, stored }: StoredArray, { offset, count }: Box): NdArray {
  const box = storedBox({ offset: offset.slice(-3), count: count.slice(-3) }, { shape, stored });
  claimTotal(file, [box]);
  return readStored(file, { path, stored, box });
}

function attributesOf(
  file: OpenedHdf5,
  { data, fields, areAxesAssumed }: Omit<Layout, 'theta'>,
): Dataset['attributes'] {
  const instrument = readInstrument(file);
  const isInteger = !data.element.dtype.startsWith('float') || data.element.integer64 !== undefined;
  const quantity = quantityOfFile(file, dataPath) ?? (isInteger && !fields.has('white') ? 'counts' : undefined);
  const center = centerOfFile(file, dataPath, data);
  const isUsual =
    data.stored.reversed.length === 0 && dataAxes.every((name, index) => data.stored.names[index] === name);
  return {
    layout: 'dxchange',
    ...(quantity !== undefined && { quantity }),
    ...(center !== undefined && { center }),
    ...(!isUsual && {
      storedAxes: data.stored.names.map((name) => (data.stored.reversed.includes(name) ? `-${name}` : name)),
    }),
    ...(areAxesAssumed && { axesAssumed: true }),
    ...(Object.keys(instrument).length > 0 && { instrument }),
  };
}

interface StoredPart extends Hdf5Part {
  readonly stored: StoredAxes;
}

/** What is to be read of an array. */
function partOf({ path, shape, stored }: StoredArray, range: AxisRange | undefined): StoredPart {
  return { path, stored, box: boxOf({ shape, axes: stored.names }, range && storedRange(range, stored)) };
}

/** Throws `QUOTA_EXCEEDED` before anything is read when all that is to be read is above the limit. */
function claimTotal(file: OpenedHdf5, boxes: readonly Box[]): void {
  const bytes = boxes.reduce((total, box) => total + 4 * elementCount(box.count), 0);
  if (bytes > file.maxBytes) throw tooLarge(file.label, bytes, file.maxBytes);
}

function describeStored(file: OpenedHdf5, path: string): Omit<StoredArray, 'stored'> {
  const { shape, element } = describeDataset(file, path);
  if (shape.length !== 3 || elementCount(shape) === 0) {
    throw mismatch(
      file,
      `${path} must be [angle, slice, detector] with no empty axis, has shape [${shape.join(', ')}]`,
    );
  }
  if (element.dtype.startsWith('complex')) throw mismatch(file, `${path} must be real, is ${element.dtype}`);
  return { path, shape, element };
}

/** Reads a part as float32 [slice, angle or sample, detector]. */
function readStored(file: OpenedHdf5, part: StoredPart): NdArray {
  const { names, reversed } = part.stored;
  if (names[1] === 'slice' && names[2] === 'detector' && reversed.length === 0) return readBySlice(file, part);
  const { axes: _, ...array } = putInOrder(readPlainArray(file, part.path, part.box), part.stored, file.label);
  return { ...array, dtype: 'float32', data: Float32Array.from(array.data) };
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

function readAngles(
  file: OpenedHdf5,
  { facts, unit }: NonNullable<Layout['theta']>,
  range: AxisRange | undefined,
): NdArray {
  const { data, shape } = readPlainArray(file, thetaPath, boxOf(facts, range));
  return inRadians({ ...facts, shape, data: Float64Array.from(data) }, unit);
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
