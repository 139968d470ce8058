import { objectType } from './library.js';
import { numericElement } from './element-type.js';
import { typeOf, type OpenedHdf5 } from './opened-hdf5.js';

const maximumDatasets = 32;
const maximumVisits = 2000;
const maximumDepth = 8;

export interface Listing {
  /** Paths with shapes, e.g. `/entry/data [181, 2, 640]`. */
  readonly datasets: readonly string[];
  /** False when there is more than was looked at. */
  readonly complete: boolean;
}

/** Numeric datasets of a file, breadth first, at most 32 of them and 8 groups deep. Links to other files are left out. */
export function listDatasets(file: OpenedHdf5): Listing {
  const datasets: string[] = [];
  const groups: { path: string; depth: number }[] = [{ path: '', depth: 0 }];
  let visits = 0;
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    for (const name of childNames(file, group.path)) {
      if (++visits > maximumVisits || datasets.length >= maximumDatasets) return { datasets, complete: false };
      const path = `${group.path}/${name}`;
      const type = typeOf(file, path);
      if (type === objectType.dataset) datasets.push(...describe(file, path));
      if (type === objectType.group && group.depth < maximumDepth) groups.push({ path, depth: group.depth + 1 });
    }
  }
  return { datasets, complete: true };
}

function childNames({ library, id }: OpenedHdf5, path: string): string[] {
  return library.module.get_names(id, path === '' ? '/' : path, false);
}

function describe({ library, id }: OpenedHdf5, path: string): string[] {
  const metadata = library.module.get_dataset_metadata(id, path);
  if (metadata.shape === null || numericElement(metadata) === undefined) return [];
  return [`${path.slice(0, 200)} [${metadata.shape.join(', ')}]`];
}
