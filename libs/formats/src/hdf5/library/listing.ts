import { objectType } from './library.js';
import { numericElement } from './element-type.js';
import { linkedFileAt } from './links.js';
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

/** A dataset of numbers. */
export interface ListedDataset {
  readonly path: string;
  readonly shape: readonly number[];
}

/** Numeric datasets of a file, breadth first, at most 32 of them and 8 groups deep, and links to other files. */
export function listDatasets(file: OpenedHdf5): Listing {
  const datasets: string[] = [];
  const found = numericDatasets(file, maximumDatasets, (path, name) => {
    if (datasets.length < maximumDatasets) datasets.push(`${path.slice(0, 200)} (in ${name})`);
  });
  for (;;) {
    const { value, done } = found.next();
    if (done === true) return { datasets, complete: value };
    datasets.push(`${value.path.slice(0, 200)} [${value.shape.join(', ')}]`);
  }
}

/** The first `most` of them, one after the other; returns whether these are all that were to be found. Tells of links to other files. */
export function* numericDatasets(
  file: OpenedHdf5,
  most: number,
  onLink?: (path: string, file: string) => void,
): Generator<ListedDataset, boolean> {
  const groups: { path: string; depth: number }[] = [{ path: '', depth: 0 }];
  let visits = 0;
  let count = 0;
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    for (const name of childNames(file, group.path)) {
      if (++visits > maximumVisits || count >= most) return false;
      const path = `${group.path}/${name}`;
      const type = typeOf(file, path);
      const isHere = type === objectType.dataset || type === objectType.group;
      const linked = isHere || !onLink ? undefined : linkedFileAt(file, path);
      if (linked !== undefined) onLink?.(path, linked);
      const shape = type === objectType.dataset ? numericShape(file, path) : undefined;
      if (shape !== undefined) {
        count += 1;
        yield { path, shape };
      }
      if (type === objectType.group && group.depth < maximumDepth) groups.push({ path, depth: group.depth + 1 });
    }
  }
  return true;
}

function childNames({ library, id }: OpenedHdf5, path: string): string[] {
  return library.module.get_names(id, path === '' ? '/' : path, false);
}

function numericShape({ library, id }: OpenedHdf5, path: string): readonly number[] | undefined {
  const metadata = library.module.get_dataset_metadata(id, path);
  return metadata.shape === null || numericElement(metadata) === undefined ? undefined : metadata.shape;
}
