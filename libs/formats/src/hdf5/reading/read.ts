import {
  RondelError,
  type ArrayFacts,
  type Dataset,
  type DatasetFacts,
  type DType,
  type JsonValue,
  type NdArray,
} from '@rondel/contracts';
import {
  describeInOrder,
  putInOrder,
  storedAxes,
  storedBox,
  storedRange,
  type StoredAxes,
} from '../../array/axis-order.js';
import { mainBoxOf, namedAxes, wholeOf, type AxisRange } from '../../array/axis-range.js';
import { boxOfSpans, takeBox, type ArrayPart } from '../../array/axis-spans.js';
import { formatError, noSuchArray } from '../../file/data-errors.js';
import { describeInRadians, inRadians } from '../../array/radians.js';
import { describeDataset } from '../library/array-reader.js';
import { readPlainBoxes } from '../library/read-boxes.js';
import { readAttribute } from '../library/attributes.js';
import { describeMdf, isMdf, readMdf, readMdfArray } from '../mdf/read.js';
import { dxchangeLayout, isDxchange, thetaPath } from './dxchange.js';
import { nexusLayout } from './nexus.js';
import { describeScan, readScanArrays, readScans, type ScanLayout } from './scan.js';
import type { Hdf5Library } from '../library/library.js';
import { listDatasets } from '../library/listing.js';
import { angleUnitOf, axesOfFile, centerOfFile, quantityOfFile, thetaUnitOf, type AngleUnit } from './stored-facts.js';
import { locate, type Located } from '../library/links.js';
import { decodedChunks } from '../library/decoded-chunks.js';
import type { StoredChunk } from '../../format-reader.js';
import { isDataset, openHdf5, type Hdf5Source, type OpenedHdf5 } from '../library/opened-hdf5.js';
import { imagePath } from '../writing/write.js';

/** A file to read and, where it is not the layout that decides, which dataset of it. */
export interface Hdf5ReadRequest extends Hdf5Source {
  readonly dataset?: string | undefined;
  readonly range?: AxisRange | undefined;
  /** Axes as they are stored, and the unit of angles: instead of what the file says. */
  readonly axes?: readonly string[] | undefined;
  readonly unit?: AngleUnit | undefined;
  /** Companions that are neither read nor checked. */
  readonly without?: readonly string[] | undefined;
}

const maximumPathLength = 1024;

/** Reads the named dataset, else the layout the file has; of either only a range of an axis, if one is asked for. */
export function readHdf5(library: Hdf5Library, request: Hdf5ReadRequest): Dataset {
  const [dataset] = readHdf5Ranges(library, request, [request.range]);
  if (dataset === undefined) throw formatError(request.label, 'holds nothing');
  return dataset;
}

/** The same for several ranges: what they have in the same chunks is read once. The limit holds for all of them together. */
export function readHdf5Ranges(
  library: Hdf5Library,
  request: Hdf5ReadRequest,
  ranges: readonly (AxisRange | undefined)[],
): readonly Dataset[] {
  return inFile(library, request, {
    scan: (file, layout) => readScans(file, layout, ranges),
    mdf: (file) => ranges.map((range) => readMdf(file, { ...request, range })),
    named: (file, path) => readNamed(file, path, { reading: request, ranges }),
  });
}

/** What `readHdf5` would return, without reading values. */
export function describeHdf5(library: Hdf5Library, request: Hdf5ReadRequest): DatasetFacts {
  return inFile(library, request, {
    scan: (_file, layout) => describeScan(layout),
    mdf: (file) => describeMdf(file, request),
    named: (file, path) => {
      const named = describeNamed(file, path, request);
      const { facts, stored, unit } = named;
      const inOrder = stored ? describeInOrder(facts, stored, file.label) : facts;
      return { data: describeInRadians(inOrder, unit), ...besideNamed(file, path, named) };
    },
  });
}

/** See `FormatReader.chunkOf`. */
export function chunkOfHdf5(library: Hdf5Library, request: Hdf5ReadRequest): StoredChunk | undefined {
  return inFile(library, request, {
    scan: (_file, { data }) => storedChunk(data, { dtype: data.element.dtype, stored: data.stored }),
    mdf: () => undefined,
    named: (file, path) => {
      const { facts, stored } = describeNamed(file, path, request);
      return stored && storedChunk({ file, path }, { dtype: facts.dtype, stored });
    },
  });
}

function storedChunk(
  { file, path }: Located,
  { dtype, stored }: { readonly dtype: DType; readonly stored: StoredAxes },
): StoredChunk | undefined {
  const chunk = decodedChunks(file, path);
  return chunk && { dtype, extents: Object.fromEntries(stored.names.map((name, at) => [name, chunk[at] ?? 1])) };
}

/**
 * Reads boxes of the arrays that `readHdf5` would return, and no more than that. Throws `DATA_NOT_FOUND` for an array that is
 * not there.
 */
export function readHdf5Arrays(
  library: Hdf5Library,
  request: Hdf5ReadRequest,
  parts: readonly ArrayPart[],
): readonly NdArray[] {
  return inFile(library, request, {
    scan: (file, layout) => readScanArrays(file, layout, parts),
    mdf: (file) => parts.map((part) => readMdfArray(file, part)),
    named: (file, path) => readNamedParts(file, path, request, parts),
  });
}

/** A dataset that is named comes alone. */
function besideNamed(
  file: OpenedHdf5,
  path: string,
  { facts, stored }: NamedFacts,
): Pick<Dataset, 'companions' | 'attributes'> {
  const quantity = quantityOfFile(file, path);
  const center = centerOfFile(file, path, { shape: facts.shape, stored });
  return {
    companions: {},
    attributes: {
      layout: 'plain',
      dataset: path,
      ...(quantity !== undefined && { quantity }),
      ...(center !== undefined && { center }),
    },
  };
}

/** What is asked of a dataset beside its values. */
type Reading = Pick<Hdf5ReadRequest, 'range' | 'axes' | 'unit'>;

interface NamedFacts {
  /** As it is stored. */
  readonly facts: ArrayFacts;
  /** Its axes, where they are known. */
  readonly stored?: StoredAxes | undefined;
  /** In which it is stored, where these are angles. */
  readonly unit?: AngleUnit | undefined;
}

/** What is done with a file, depending on where its data lies. */
interface LayoutCases<T> {
  readonly scan: (file: OpenedHdf5, layout: ScanLayout) => T;
  readonly mdf: (file: OpenedHdf5) => T;
  readonly named: (file: OpenedHdf5, path: string) => T;
}

function inFile<T>(library: Hdf5Library, request: Hdf5ReadRequest, cases: LayoutCases<T>): T {
  const file = openHdf5(library, request);
  try {
    if (request.dataset !== undefined) return named(file, request.dataset, { request, cases });
    if (isDxchange(file)) return cases.scan(file, dxchangeLayout(file, request));
    if (isMdf(file)) {
      refuseOtherWords(file, request);
      return cases.mdf(file);
    }
    if (isDataset(file, imagePath)) return cases.named(file, imagePath);
    const nexus = nexusLayout(file, request);
    if (nexus) return cases.scan(file, nexus);
    throw unknownLayout(file);
  } finally {
    library.module.close_file(file.id);
  }
}

/** Frames that NeXus has keys for are a scan, wherever they lie; what else is named comes alone. */
function named<T>(
  file: OpenedHdf5,
  path: string,
  { request, cases }: { readonly request: Hdf5ReadRequest; readonly cases: LayoutCases<T> },
): T {
  checkPath(file, path);
  const found = locate(file, path);
  const { shape } = isDataset(found.file, found.path) ? describeDataset(found.file, found.path) : { shape: [] };
  const nexus = shape.length === 3 ? nexusLayout(file, request) : undefined;
  if (nexus) return cases.scan(file, nexus);
  return found.file === file ? cases.named(file, path) : cases.named(found.file, found.path);
}

function checkPath({ label }: OpenedHdf5, path: string): void {
  if (path.startsWith('/') && path.length <= maximumPathLength && !path.includes('\0')) return;
  throw formatError(label, `a dataset is named by its path from "/", at most ${maximumPathLength} characters.`);
}

/** MDF leaves nothing open that a reference could say. */
function refuseOtherWords({ label }: OpenedHdf5, { axes, unit }: Reading): void {
  const said = axes === undefined ? unit && `unit=${unit}` : `axes=${axes.join(',').slice(0, 100)}`;
  if (said === undefined) return;
  throw new RondelError(
    'INVALID_REQUEST',
    `${label}: is MDF, whose axes and units are those of the format. Leave ?${said} out.`,
  );
}

function describeNamed(file: OpenedHdf5, path: string, { axes, unit }: Reading): NamedFacts {
  if (!isDataset(file, path)) {
    throw formatError(file.label, `has no dataset ${path.slice(0, 200)}. ${listingSentence(file)}`);
  }
  const { shape, element } = describeDataset(file, path);
  const stored = axes ? storedAxes(axes) : axesOfFile(file, path, shape.length);
  const facts = { dtype: element.dtype, shape, ...geometry(file, { path, rank: shape.length }) };
  if (stored !== undefined) describeInOrder(facts, stored, `${file.label}#${path}`);
  return {
    facts: { ...facts, ...(stored && { axes: stored.names }) },
    stored,
    unit: unit ?? unitOf(file, path, shape),
  };
}

/** Only lists are taken for angles: values of an image that are degrees, as phases are, stay what they are. */
function unitOf(file: OpenedHdf5, path: string, shape: readonly number[]): AngleUnit | undefined {
  if (shape.length > 1) return undefined;
  return path === thetaPath && isDxchange(file) ? thetaUnitOf(file, path) : angleUnitOf(file, path);
}

function readNamed(
  file: OpenedHdf5,
  path: string,
  { reading, ranges }: { readonly reading: Reading; readonly ranges: readonly (AxisRange | undefined)[] },
): readonly Dataset[] {
  const named = describeNamed(file, path, reading);
  const { facts, stored, unit } = named;
  const cut = ranges.map((range) => (range && stored ? storedRange(range, stored) : range));
  const boxes = cut.map((range) => mainBoxOf(file.label, facts, range));
  return readPlainBoxes(file, { path, boxes }).map((array, index) => {
    const range = cut[index];
    const axes = range === undefined ? facts.axes : namedAxes(facts, range);
    const read = { ...facts, ...array, ...(axes && { axes }) };
    const data = stored ? putInOrder(read, stored, file.label) : read;
    return { data: inRadians(data, unit), ...besideNamed(file, path, named) };
  });
}

function readNamedParts(
  file: OpenedHdf5,
  path: string,
  reading: Reading,
  parts: readonly ArrayPart[],
): readonly NdArray[] {
  const other = parts.find(({ name }) => name !== 'data');
  if (other) throw noSuchArray(file.label, other.name, []);
  const label = `${file.label}#${path}`;
  const { facts, stored, unit } = describeNamed(file, path, reading);
  const boxes = parts.map(({ spans }) => {
    const box = boxOfSpans(label, stored ? describeInOrder(facts, stored, label) : facts, spans);
    return stored ? storedBox(box, { shape: facts.shape, stored }) : box;
  });
  return readPlainBoxes(file, { path, boxes }).map((array, index) => {
    const read = { ...facts, ...array };
    const data = inRadians(stored ? putInOrder(read, stored, label) : read, unit);
    return takeBox(label, data, wholeOf(data.shape), parts[index]?.order);
  });
}

/** Spacing as Rondel writes it; left out when absent or not one per axis. */
function geometry(file: OpenedHdf5, { path, rank }: { path: string; rank: number }): Partial<NdArray> {
  const spacing = listOf(readAttribute(file, path, 'spacing'), rank).filter((step) => typeof step === 'number');
  const unit = readAttribute(file, path, 'spacing_unit');
  return {
    ...(rank > 0 && spacing.length === rank && { spacing }),
    ...(typeof unit === 'string' && spacing.length === rank && { spacingUnit: unit }),
  };
}

function listOf(value: JsonValue | undefined, rank: number): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  return list.length === rank ? list : [];
}

function unknownLayout(file: OpenedHdf5): Error {
  return formatError(
    file.label,
    `is HDF5 in no layout that is known (DXchange has /exchange/data, NeXus tomography data with an image_key, MDF /measurement/data). ${listingSentence(file)}`,
  );
}

function listingSentence(file: OpenedHdf5): string {
  const { datasets, complete } = listDatasets(file);
  if (datasets.length === 0)
    return complete ? 'It has no numeric dataset.' : 'No numeric dataset was found near its root.';
  return `Name one of its datasets with #/path: ${datasets.join(', ')}${complete ? '.' : ', ...'}`;
}
