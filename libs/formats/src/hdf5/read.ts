import type { ArrayFacts, Dataset, DatasetFacts, JsonValue, NdArray } from '@rondel/contracts';
import { mainBoxOf, namedAxes, type AxisRange } from '../axis-range.js';
import { formatError } from '../data-errors.js';
import { describeDataset, readPlainArray } from './array-reader.js';
import { readAttribute } from './attributes.js';
import { describeDxchange, isDxchange, readDxchange } from './dxchange.js';
import type { Hdf5Library } from './library.js';
import { listDatasets } from './listing.js';
import { isDataset, openHdf5, refuseExternalLink, type Hdf5Source, type OpenedHdf5 } from './opened-hdf5.js';
import { imagePath } from './write.js';

/** A file to read and, where it is not the layout that decides, which dataset of it. */
export interface Hdf5ReadRequest extends Hdf5Source {
  readonly dataset?: string | undefined;
  readonly range?: AxisRange | undefined;
}

const maximumPathLength = 1024;

/** Reads the named dataset, else the layout the file has; of either only a range of an axis, if one is asked for. */
export function readHdf5(library: Hdf5Library, request: Hdf5ReadRequest): Dataset {
  const { range } = request;
  return inFile(library, request, {
    dxchange: (file) => readDxchange(file, range),
    named: (file, path) => readNamed(file, path, range),
  });
}

/** What `readHdf5` would return, without reading values. */
export function describeHdf5(library: Hdf5Library, request: Hdf5ReadRequest): DatasetFacts {
  return inFile(library, request, {
    dxchange: describeDxchange,
    named: (file, path) => ({ data: describeNamed(file, path), ...besideNamed(path) }),
  });
}

/** A dataset that is named comes alone. */
function besideNamed(path: string): Pick<Dataset, 'companions' | 'attributes'> {
  return { companions: {}, attributes: { layout: 'plain', dataset: path } };
}

/** What is done with a file, depending on where its data lies. */
interface LayoutCases<T> {
  readonly dxchange: (file: OpenedHdf5) => T;
  readonly named: (file: OpenedHdf5, path: string) => T;
}

function inFile<T>(library: Hdf5Library, request: Hdf5ReadRequest, cases: LayoutCases<T>): T {
  const file = openHdf5(library, request);
  try {
    if (request.dataset !== undefined) return cases.named(file, request.dataset);
    if (isDxchange(file)) return cases.dxchange(file);
    if (isDataset(file, imagePath)) return cases.named(file, imagePath);
    refuseExternalLink(file, '/exchange/data');
    throw unknownLayout(file);
  } finally {
    library.module.close_file(file.id);
  }
}

function describeNamed(file: OpenedHdf5, path: string): ArrayFacts {
  if (!path.startsWith('/') || path.length > maximumPathLength || path.includes('\0')) {
    throw formatError(file.label, `a dataset is named by its path from "/", at most ${maximumPathLength} characters.`);
  }
  refuseExternalLink(file, path);
  if (!isDataset(file, path)) {
    throw formatError(file.label, `has no dataset ${path.slice(0, 200)}. ${listingSentence(file)}`);
  }
  const { shape, element } = describeDataset(file, path);
  return { dtype: element.dtype, shape, ...geometry(file, { path, rank: shape.length }) };
}

function readNamed(file: OpenedHdf5, path: string, range: AxisRange | undefined): Dataset {
  const facts = describeNamed(file, path);
  const axes = range === undefined ? facts.axes : namedAxes(facts, range);
  const array = readPlainArray(file, path, mainBoxOf(file.label, facts, range));
  return { data: { ...facts, ...array, ...(axes && { axes }) }, ...besideNamed(path) };
}

/** Axis names and spacing as Rondel writes them; left out when absent or not one per axis. */
function geometry(file: OpenedHdf5, { path, rank }: { path: string; rank: number }): Partial<NdArray> {
  const axes = listOf(readAttribute(file, path, 'axes'), rank).filter((axis) => typeof axis === 'string');
  const spacing = listOf(readAttribute(file, path, 'spacing'), rank).filter((step) => typeof step === 'number');
  const unit = readAttribute(file, path, 'spacing_unit');
  return {
    ...(rank > 0 && axes.length === rank && { axes }),
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
    `is HDF5 in no layout that is known (DXchange has /exchange/data). ${listingSentence(file)}`,
  );
}

function listingSentence(file: OpenedHdf5): string {
  const { datasets, complete } = listDatasets(file);
  if (datasets.length === 0)
    return complete ? 'It has no numeric dataset.' : 'No numeric dataset was found near its root.';
  return `Name one of its datasets with #/path: ${datasets.join(', ')}${complete ? '.' : ', ...'}`;
}
