import type { Dataset, JsonValue, NdArray } from '@rondel/contracts';
import { formatError } from '../data-errors.js';
import { readPlainArray } from './array-reader.js';
import { readAttribute } from './attributes.js';
import { isDxchange, readDxchange } from './dxchange.js';
import type { Hdf5Library } from './library.js';
import { listDatasets } from './listing.js';
import { isDataset, openHdf5, refuseExternalLink, type Hdf5Source, type OpenedHdf5 } from './opened-hdf5.js';
import { imagePath } from './write.js';

/** A file to read and, where it is not the layout that decides, which dataset of it. */
export interface Hdf5ReadRequest extends Hdf5Source {
  readonly dataset?: string | undefined;
}

const maximumPathLength = 1024;

/** Reads the named dataset, else the layout the file has. */
export function readHdf5(library: Hdf5Library, request: Hdf5ReadRequest): Dataset {
  const file = openHdf5(library, request);
  try {
    if (request.dataset !== undefined) return readNamed(file, request.dataset);
    if (isDxchange(file)) return readDxchange(file);
    if (isDataset(file, imagePath)) return readNamed(file, imagePath);
    refuseExternalLink(file, '/exchange/data');
    throw unknownLayout(file);
  } finally {
    library.module.close_file(file.id);
  }
}

function readNamed(file: OpenedHdf5, path: string): Dataset {
  if (!path.startsWith('/') || path.length > maximumPathLength || path.includes('\0')) {
    throw formatError(file.label, `a dataset is named by its path from "/", at most ${maximumPathLength} characters.`);
  }
  refuseExternalLink(file, path);
  if (!isDataset(file, path)) {
    throw formatError(file.label, `has no dataset ${path.slice(0, 200)}. ${listingSentence(file)}`);
  }
  const array = readPlainArray(file, path);
  return {
    data: { ...array, ...geometry(file, { path, rank: array.shape.length }) },
    companions: {},
    attributes: { layout: 'plain', dataset: path },
  };
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
