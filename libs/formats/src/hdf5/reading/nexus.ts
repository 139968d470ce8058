import type { Dataset, JsonValue } from '@rondel/contracts';
import { storedAxes, type StoredAxes } from '../../array/axis-order.js';
import { countOfRuns, valuesOfRuns } from '../../array/runs.js';
import { describeDataset, readPlainArray } from '../library/array-reader.js';
import { readAttribute, readFact } from '../library/attributes.js';
import { datasetAt, locate, type Located } from '../library/links.js';
import { objectType } from '../library/library.js';
import { numericDatasets } from '../library/listing.js';
import { isDataset, typeOf, type OpenedHdf5 } from '../library/opened-hdf5.js';
import { flatPositions, framesByKind, type FrameKinds } from './image-key.js';
import { pixelSize } from './pixel-size.js';
import { describeStored, inOrder, mismatch, type ScanLayout, type StoredArray } from './scan.js';
import { anglesInRadians, quantityOfFile, thetaUnitOf, type AngleUnit } from './stored-facts.js';

/** Where an entry has its frames, as NXtomo and the variants of beamlines have it; the first that is there counts. */
const dataPaths = [
  'tomo_entry/data/data',
  'tomo_entry/instrument/detector/data',
  'imaging/data',
  'instrument/detector/data',
  'data/data',
];
/** Where an entry says of what kind each frame is; `*` stands for any group. */
const keyPaths = [
  'tomo_entry/instrument/detector/image_key',
  'tomo_entry/data/image_key',
  'instrument/*/image_key',
  '*/image_key',
  '/image_key',
];
/** The same keys, as files of the ESRF have them beside or instead of the others. */
const controlPaths = keyPaths.map((path) => `${path}_control`);
const anglePaths = [
  'tomo_entry/sample/rotation_angle',
  'tomo_entry/data/rotation_angle',
  'sample/rotation_angle',
  'data/rotation_angle',
  '*/gts_theta_value',
  '*/gts_theta',
  '*/rotation_angle',
];
/** Groups in which an entry describes its detector. */
const detectorPaths = ['tomo_entry/instrument/detector', 'instrument/detector', 'instrument/*'];

/** Entries of a file and groups of an entry that are looked into. */
const mostGroups = 64;
/** Frames that a scan may have. */
const mostFrames = 2 ** 20;
/** Flats of which it is told when they were taken. */
const mostPlacedFlats = 4096;
/** Numeric datasets among which frames are looked for that lie elsewhere. */
const mostDatasets = 256;

/** What is asked of a file in this layout. */
export interface NexusReading {
  /** Path of the frames. */
  readonly dataset?: string | undefined;
  /** Axes of the frames as they are stored, instead of [angle, slice, detector]. */
  readonly axes?: readonly string[] | undefined;
  readonly unit?: AngleUnit | undefined;
  /** Companions that are neither read nor checked. */
  readonly without?: readonly string[] | undefined;
}

/** Frames, and what the file says beside them. */
interface FoundFrames {
  readonly frames: Located;
  /** The path in the file itself. */
  readonly path: string;
  /** The group at the root that it belongs to. */
  readonly entry: string;
  readonly key?: Located | undefined;
}

/**
 * Tomography in NeXus: NXtomo (nexusformat.org, application definition NXtomo) and the variants of Diamond Light Source and
 * the ESRF. Frames of all kinds lie in one dataset [frame, slice, detector], and `image_key` says of each what it is: 0 a
 * projection, 1 a flat, 2 a dark, 3 none that counts, as integers or reals.
 *
 * - `data`: float32 [frame = 1, slice, angle, detector] of the projections
 * - `companions.white`, `.dark`: float32 [slice, sample, detector], in the order in which they were taken
 * - `companions.angles`: float64 [angle], radians, of the projections: `rotation_angle` or `gts_theta_value`, one for each frame
 *   or one for each projection, degrees unless their `units` say radians
 * - `spacing` in mm where the detector has `x_pixel_size` with a unit, with its `magnification` taken out
 * - `attributes`: `layout: 'nexus'`, `dataset` (path of the frames), `quantity` as the file says it, else `counts` for what
 *   has flats or is whole numbers, `instrument` with `{value, units?}` by name, and where flats lie apart `flatPosition`: for each
 *   flat, how many projections were taken before it
 *
 * Frames, keys and angles may lie behind one link to another file, see `locate`. Undefined for a file that has no frames where
 * they are looked for.
 *
 * Throws `DATA_SHAPE_MISMATCH` for frames and keys that do not belong together, `DATA_FORMAT` for keys that nobody knows.
 */
export function nexusLayout(file: OpenedHdf5, reading: NexusReading): ScanLayout | undefined {
  const found = findFrames(file, reading.dataset);
  return found && layoutOf(file, found, reading);
}

function layoutOf(file: OpenedHdf5, found: FoundFrames, { axes, unit, without = [] }: NexusReading): ScanLayout {
  const array = { ...describeStored(found.frames.file, found.frames.path), stored: orderOf(file, axes) };
  const [, total = 0] = inOrder(array);
  if (total > mostFrames) throw mismatch(file, `${found.path} has ${total} frames, at most ${mostFrames} are possible`);
  const kinds = kindsOf(file, found, total);
  const of = (kind: keyof FrameKinds, name: 'angle' | 'sample'): StoredArray => ({
    ...array,
    entries: kinds[kind],
    stored: { ...array.stored, names: array.stored.names.map((each) => (each === 'angle' ? name : each)) },
  });
  const fields = (['white', 'dark'] as const).filter((name) => kinds[name].length > 0 && !without.includes(name));
  const data = of('projections', 'angle');
  return {
    data,
    fields: new Map(fields.map((name) => [name, of(name, 'sample')])),
    angles: without.includes('angles') ? undefined : anglesOf(file, found.entry, { kinds, total, unit }),
    attributes: {
      ...attributesOf(file, found, { data, isCounts: kinds.white.length > 0 }),
      ...(fields.includes('white') &&
        kinds.white.length > 1 &&
        countOfRuns(kinds.white) <= mostPlacedFlats && { flatPosition: flatPositions(kinds) }),
    },
    pixel: pixelSize(file, pixelPlaces(file, found.entry)),
  };
}

function orderOf(file: OpenedHdf5, axes: readonly string[] | undefined): StoredAxes {
  const stored = storedAxes(axes ?? ['angle', 'slice', 'detector']);
  const fits =
    stored.names[0] === 'angle' &&
    !stored.reversed.includes('angle') &&
    [...stored.names].sort().join() === 'angle,detector,slice';
  if (fits) return stored;
  throw mismatch(
    file,
    `frames of NeXus are stored one after the other: name their axes as in axes=angle,slice,detector, not ${stored.names.join()}`,
  );
}

function findFrames(file: OpenedHdf5, dataset: string | undefined): FoundFrames | undefined {
  if (dataset !== undefined) {
    const entry = `/${dataset.split('/')[1] ?? ''}`;
    const frames = locate(file, dataset);
    const key = isDataset(frames.file, frames.path) ? keyBeside(file, { path: dataset, entry, frames }) : undefined;
    return key && shapeOf(key)[0] === shapeOf(frames)[0] ? { frames, path: dataset, entry, key } : undefined;
  }
  const entries = groupsIn(file, '/');
  for (const below of dataPaths) {
    for (const entry of entries) {
      const path = `${entry}/${below}`;
      const frames = datasetAt(file, path);
      if (frames === undefined || shapeOf(frames).length !== 3) continue;
      const key = keyBeside(file, { path, entry, frames });
      // Other NeXus files have images there, too.
      if (key || below.startsWith('tomo_entry') || hasAngles(file, entry)) return { frames, path, entry, key };
    }
  }
  return framesElsewhere(file);
}

function hasAngles(file: OpenedHdf5, entry: string): boolean {
  return firstOf(file, entry, anglePaths) !== undefined;
}

/** The only three-dimensional dataset with as many frames as a list has that is called `image_key`. */
function framesElsewhere(file: OpenedHdf5): FoundFrames | undefined {
  const all = [...numericDatasets(file, mostDatasets)];
  const key = all.find(({ path, shape }) => path.endsWith('/image_key') && shape.length === 1);
  const candidates = all.filter(({ shape }) => shape.length === 3 && shape[0] === key?.shape[0]);
  const [only] = candidates;
  if (key === undefined || only === undefined || candidates.length > 1) return undefined;
  const entry = `/${only.path.split('/')[1] ?? ''}`;
  return { frames: { file, path: only.path }, path: only.path, entry, key: { file, path: key.path } };
}

/** The keys in the group of the frames, else those of the entry that are as many. */
function keyBeside(file: OpenedHdf5, { path, entry, frames }: FoundFrames): Located | undefined {
  const group = path.slice(0, path.lastIndexOf('/'));
  const beside = datasetAt(file, `${group}/image_key`);
  if (beside) return beside;
  const [count] = shapeOf(frames);
  const control = datasetAt(file, `${group}/image_key_control`);
  const all = [
    ...matching(file, entry, keyPaths),
    ...(control ? [control] : []),
    ...matching(file, entry, controlPaths),
  ];
  return all.find((key) => shapeOf(key)[0] === count) ?? all[0];
}

function kindsOf(file: OpenedHdf5, { path, key }: FoundFrames, total: number): FrameKinds {
  if (key === undefined) return { projections: [{ start: 0, stop: total }], white: [], dark: [] };
  const shape = shapeOf(key);
  if (shape.length !== 1 || shape[0] !== total) {
    throw mismatch(
      file,
      `${key.path} must be a list with one key for each of the ${total} frames of ${path}, has shape [${shape.join(', ')}]`,
    );
  }
  const kinds = framesByKind(readPlainArray(key.file, key.path).data, `${file.label}#${key.path}`);
  if (kinds.projections.length > 0) return kinds;
  throw mismatch(file, `${key.path} says of none of the ${total} frames that it is a projection (0)`);
}

function anglesOf(
  file: OpenedHdf5,
  entry: string,
  { kinds, total, unit }: { readonly kinds: FrameKinds; readonly total: number; readonly unit: AngleUnit | undefined },
): ScanLayout['angles'] {
  const found = firstOf(file, entry, anglePaths);
  if (found === undefined) return undefined;
  const { shape, element } = describeDataset(found.file, found.path);
  if (shape.length !== 1 || (shape[0] ?? 0) > mostFrames || element.dtype.startsWith('complex')) {
    throw mismatch(file, `${found.path} must be a list of real angles, has shape [${shape.join(', ')}]`);
  }
  const isOfFrames = shape[0] === total;
  const count = isOfFrames ? countOfRuns(kinds.projections) : (shape[0] ?? 0);
  const stored = unit ?? thetaUnitOf(found.file, found.path);
  return {
    facts: { dtype: 'float64', shape: [count], axes: ['angle'] },
    read() {
      const values = readPlainArray(found.file, found.path).data;
      return anglesInRadians(isOfFrames ? valuesOfRuns(values, kinds.projections) : values, stored);
    },
  };
}

function attributesOf(
  file: OpenedHdf5,
  { path, entry, frames }: FoundFrames,
  { data, isCounts }: { readonly data: StoredArray; readonly isCounts: boolean },
): Dataset['attributes'] {
  const isInteger = !data.element.dtype.startsWith('float') || data.element.integer64 !== undefined;
  const said = quantityOfFile(frames.file, frames.path) ?? quantityOfFile(file, entry);
  const quantity = said ?? (isCounts || isInteger ? 'counts' : undefined);
  const facts = instrumentOf(file, entry);
  return {
    layout: 'nexus',
    dataset: path,
    ...(quantity !== undefined && { quantity }),
    ...(Object.keys(facts).length > 0 && { instrument: facts }),
  };
}

/** Facts about the detector; nothing about the sample, and not the energy of the source, which is that of the ring. */
function instrumentOf(file: OpenedHdf5, entry: string): Record<string, JsonValue> {
  const facts: Record<string, JsonValue> = {};
  for (const name of ['x_pixel_size', 'y_pixel_size', 'distance', 'magnification']) {
    const found = firstOf(
      file,
      entry,
      detectorPaths.map((group) => `${group}/${name}`),
    );
    const value = found && readFact(found.file, found.path);
    if (found === undefined || value === undefined) continue;
    const units = readAttribute(found.file, found.path, 'units');
    facts[`detector/${name}`] = units === undefined ? { value } : { value, units };
  }
  return facts;
}

function pixelPlaces(file: OpenedHdf5, entry: string) {
  const sample = ['tomo_entry/sample', 'sample'].map((group) => ({
    x: `${entry}/${group}/x_pixel_size`,
    y: `${entry}/${group}/y_pixel_size`,
  }));
  const detectors = [...groupsMatching(file, entry, detectorPaths)].map((group) => ({
    x: `${group}/x_pixel_size`,
    y: `${group}/y_pixel_size`,
    magnification: `${group}/magnification`,
  }));
  return [...sample, ...detectors];
}

function firstOf(file: OpenedHdf5, entry: string, patterns: readonly string[]): Located | undefined {
  for (const found of matching(file, entry, patterns)) return found;
  return undefined;
}

function* matching(file: OpenedHdf5, entry: string, patterns: readonly string[]): Generator<Located> {
  for (const pattern of patterns) {
    const name = pattern.slice(pattern.lastIndexOf('/') + 1);
    const above = pattern.slice(0, -name.length - 1);
    for (const group of above === '' ? [entry] : groupsMatching(file, entry, [above])) {
      const found = datasetAt(file, `${group}/${name}`);
      if (found) yield found;
    }
  }
}

/** Groups of an entry by patterns of which one part may be `*`. */
function* groupsMatching(file: OpenedHdf5, entry: string, patterns: readonly string[]): Generator<string> {
  for (const pattern of patterns) {
    const [before = '', after] = `/${pattern}`.split('*');
    if (after === undefined) yield `${entry}${before}`;
    else for (const group of groupsIn(file, `${entry}${before}`.replace(/\/$/, ''))) yield `${group}${after}`;
  }
}

function groupsIn(file: OpenedHdf5, path: string): string[] {
  const { library, id } = file;
  const above = path === '/' ? '' : path;
  if (path !== '/' && typeOf(file, path) !== objectType.group) return [];
  const names = library.module.get_names(id, path, false).slice(0, mostGroups);
  return names.map((name) => `${above}/${name}`).filter((child) => typeOf(file, child) === objectType.group);
}

function shapeOf({ file, path }: Located): readonly number[] {
  const { shape } = file.library.module.get_dataset_metadata(file.id, path);
  return shape ?? [];
}
