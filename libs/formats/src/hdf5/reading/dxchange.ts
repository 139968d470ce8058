import { elementCount, type Dataset, type JsonValue } from '@rondel/contracts';
import { isSinogram, storedAxes, type StoredAxes } from '../../array/axis-order.js';
import { describeDataset, readPlainArray } from '../library/array-reader.js';
import { readAttribute, readFact } from '../library/attributes.js';
import { datasetAt, refuseExternalLink, type Located } from '../library/links.js';
import type { OpenedHdf5 } from '../library/opened-hdf5.js';
import { pixelSize, type PixelPaths } from './pixel-size.js';
import { describeImages, describeStored, inOrder, mismatch, type ScanLayout, type StoredArray } from './scan.js';
import {
  anglesInRadians,
  axesOfFile,
  centerOfFile,
  quantityOfFile,
  thetaUnitOf,
  type AngleUnit,
} from './stored-facts.js';

const dataPath = '/exchange/data';
/** The first that is there. */
const companionPaths = {
  dark: ['/exchange/data_dark', '/exchange/data_dark_pre'],
  white: ['/exchange/data_white', '/exchange/data_white_pre', '/exchange/data_white_post'],
} as const;
export const thetaPath = '/exchange/theta';
const thetaPaths = [thetaPath, '/exchange/rotation_angle', '/process/acquisition/rotation/theta'];
const steps = {
  start: '/process/acquisition/rotation/rotation_start',
  step: '/process/acquisition/rotation/rotation_step',
};

const instrument = '/measurement/instrument';
const magnification = `${instrument}/detection_system/objective/magnification`;
const resolution = `${instrument}/detection_system/objective/resolution`;
const pixelPaths: readonly PixelPaths[] = [
  { x: `${instrument}/detector/actual_pixel_size_x`, y: `${instrument}/detector/actual_pixel_size_y` },
  // Of 2-BM and other beamlines of the APS: microns per pixel of the sample.
  { x: resolution, y: resolution },
  { x: `${instrument}/detector/pixel_size_x`, y: `${instrument}/detector/pixel_size_y`, magnification },
  { x: `${instrument}/detector/x_pixel_size`, y: `${instrument}/detector/y_pixel_size`, magnification },
  { x: `${instrument}/detector/pixel_size`, y: `${instrument}/detector/pixel_size`, magnification },
];

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
  return datasetAt(file, dataPath) !== undefined;
}

/** What is asked of a file in this layout. */
export interface DxchangeReading {
  /** Axes of `/exchange/data` as they are stored, instead of what the file says. */
  readonly axes?: readonly string[] | undefined;
  readonly unit?: AngleUnit | undefined;
  /** Companions that are neither read nor checked. */
  readonly without?: readonly string[] | undefined;
}

/**
 * The DXchange layout of synchrotron CT (F. De Carlo et al., J. Synchrotron Rad. 21, 2014, "Scientific data exchange"), which
 * stores projections as [angle, slice, detector] unless `axes`, the file or the number of angles say otherwise.
 *
 * - `data`: float32 [frame = 1, slice, angle, detector], counts; float64 and integers are rounded to float32
 * - `companions.dark`, `.white`: float32 [slice, sample, detector], counts, as far as they are there
 * - `companions.angles`: float64 [angle], radians, when `/exchange/theta` is there (in degrees unless its `units` say
 *   radians), or the first angle and the step under `/process/acquisition/rotation`; whether they are as many as there are
 *   projections is not looked at
 * - `spacing` in mm where `/measurement/instrument` has the pixel size with a unit, with the magnification taken out
 * - `attributes`: `layout: 'dxchange'`; `quantity` as the file says it, `counts` for integers without white fields; `center`,
 *   the rotation axis in bins from 0, where `/exchange/data` or `/exchange` has it as an attribute;
 *   `storedAxes` where these are others than usual; `axesAssumed: true` where slices are as many as projections and nobody
 *   has named the axes; when the file has any, `instrument` with `{value, units?}` by path
 *
 * Arrays may lie behind a link to another file, see `locate`.
 *
 * Throws `DATA_SHAPE_MISMATCH` when the arrays do not belong together, `DATA_FORMAT` for units of angles that nobody knows.
 */
export function dxchangeLayout(file: OpenedHdf5, { axes, unit, without = [] }: DxchangeReading): ScanLayout {
  const frames = dataOf(file);
  const thetas = without.includes('angles') ? undefined : describeTheta(file, unit);
  const data = describeProjections(file, frames, { axes, angles: thetas?.facts.shape[0] });
  const present = (['dark', 'white'] as const).flatMap((name) => {
    const found = without.includes(name) ? undefined : firstOf(file, companionPaths[name]);
    return found === undefined || isWithoutDarks(name, found)
      ? []
      : [[name, describeField(file, found, data)] as const];
  });
  const fields = new Map<string, StoredArray>(present);
  const [first, second] = data.shape;
  const isNamed = axes !== undefined || projectionAxesOf(frames) !== undefined;
  const areAxesAssumed = !isNamed && first === second;
  const angles = thetas ?? (without.includes('angles') ? undefined : steppedAngles(file, inOrder(data)[1] ?? 0));
  const attributes = attributesOf(file, { frames, data, fields, areAxesAssumed });
  return { data, fields, angles, attributes, pixel: pixelSize(file, pixelPaths) };
}

function dataOf(file: OpenedHdf5): Located {
  return datasetAt(file, dataPath) ?? { file, path: dataPath };
}

function firstOf(file: OpenedHdf5, paths: readonly string[]): Located | undefined {
  for (const path of paths) {
    const found = datasetAt(file, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Some write the array of darks though none were taken. */
function isWithoutDarks(name: string, { file, path }: Located): boolean {
  return name === 'dark' && describeDataset(file, path).shape[0] === 0;
}

/** In the file's words, else in the reader's order; turned round where only that fits the number of angles. */
function describeProjections(
  file: OpenedHdf5,
  frames: Located,
  { axes, angles }: { readonly axes: readonly string[] | undefined; readonly angles: number | undefined },
): StoredArray {
  const array = describeStored(frames.file, frames.path);
  const said = axes ? storedAxes(axes) : projectionAxesOf(frames);
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
  const fields = Object.values(companionPaths).flatMap((paths) => firstOf(file, paths) ?? []);
  return fields.some((field) => describeDataset(field.file, field.path).shape.at(-2) === shape[1]);
}

/** Words that are not those of projections leave the layout as it is. */
function projectionAxesOf({ file, path }: Located): StoredAxes | undefined {
  const said = axesOfFile(file, path, 3);
  return said && isSinogram(said.names) ? said : undefined;
}

/** Throws `DATA_SHAPE_MISMATCH` for a field that does not belong to the projections. */
function describeField(file: OpenedHdf5, found: Located, data: StoredArray): StoredArray {
  const array = describeImages(found.file, found.path);
  const [slices = 0, , detectors = 0] = inOrder(data);
  const said = projectionAxesOf(found);
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
    `${found.path} must have ${slices} slices and ${detectors} detectors as ${dataPath}, has [${candidates[0]?.names.join(', ') ?? ''}] = [${array.shape.join(', ')}]`,
  );
}

/** Whether there is one for each projection is for those to say who use them: a plan may bring others. */
function describeTheta(file: OpenedHdf5, unit: AngleUnit | undefined): ScanLayout['angles'] {
  const found = firstOf(file, thetaPaths);
  if (found === undefined) return undefined;
  const { shape, element } = describeDataset(found.file, found.path);
  const count = elementCount(shape);
  // A list, also as one row or one column.
  if (!shape.includes(count) || element.dtype.startsWith('complex')) {
    throw mismatch(file, `${found.path} must be a list of real angles, has shape [${shape.join(', ')}]`);
  }
  const facts = { dtype: 'float64' as const, shape: [count], axes: ['angle'] };
  const stored = unit ?? thetaUnitOf(found.file, found.path);
  return { facts, read: () => anglesInRadians(readPlainArray(found.file, found.path).data, stored) };
}

/** Angles of a scan in even steps of which only the first and the step are in the file, in degrees unless it says otherwise. */
function steppedAngles(file: OpenedHdf5, projections: number): ScanLayout['angles'] {
  const [start, step] = [steps.start, steps.step].map((path) => {
    refuseExternalLink(file, path);
    const value = readFact(file, path);
    return typeof value === 'number' ? value : undefined;
  });
  if (start === undefined || step === undefined || step === 0) return undefined;
  const unit = thetaUnitOf(file, steps.step);
  const facts = { dtype: 'float64' as const, shape: [projections], axes: ['angle'] };
  const read = () => Float64Array.from({ length: projections }, (_, index) => start + index * step);
  return { facts, read: () => anglesInRadians(read(), unit) };
}

function attributesOf(
  file: OpenedHdf5,
  {
    frames,
    data,
    fields,
    areAxesAssumed,
  }: Pick<ScanLayout, 'data' | 'fields'> & {
    readonly frames: Located;
    /** Nobody has named the axes, and the number of angles does not tell slices from projections. */
    readonly areAxesAssumed: boolean;
  },
): Dataset['attributes'] {
  const facts = readInstrument(file);
  const isInteger = !data.element.dtype.startsWith('float') || data.element.integer64 !== undefined;
  const quantity =
    quantityOfFile(frames.file, frames.path) ?? (isInteger && !fields.has('white') ? 'counts' : undefined);
  const center = centerOfFile(frames.file, frames.path, data);
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
    ...(Object.keys(facts).length > 0 && { instrument: facts }),
  };
}

function readInstrument(file: OpenedHdf5): Record<string, JsonValue> {
  const facts: Record<string, JsonValue> = {};
  for (const name of instrumentFacts) {
    const path = `${instrument}/${name}`;
    const value = readFact(file, path);
    if (value === undefined) continue;
    const units = readAttribute(file, path, 'units');
    facts[name] = units === undefined ? { value } : { value, units };
  }
  return facts;
}
