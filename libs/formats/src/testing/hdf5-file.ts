import { Dataset, Group } from 'h5wasm';
import type { ArrayFacts, NdArray } from '@rondel/contracts';
import { accessMode, openLibrary, type Hdf5Library } from '../hdf5/library/library.js';
import { layoutOf, takeOutput } from '../hdf5/writing/write.js';

/** Another path, in this file or in another one. */
export interface TestLink {
  readonly file?: string;
  readonly path: string;
}

/** An array that is stored in deflated chunks of these extents. */
export type PackedArray = NdArray & { readonly chunks: readonly number[] };

/** What a test puts at a path: an array, one in deflated chunks, one whose values nobody has written, a list of reals, a number, a text, or a link. */
export type TestEntry =
  | NdArray
  | PackedArray
  | ArrayFacts
  | readonly number[]
  | number
  | string
  | TestLink
  | { readonly value: number; readonly units: string };

const kinds: Partial<Record<NdArray['dtype'], string>> = {
  ...{ float32: '<f', float64: '<d', int32: '<i', int16: '<h', int8: '<b' },
  ...{ uint8: '<B', uint16: '<H', uint32: '<I' },
};

let library: Promise<Hdf5Library> | undefined;
let files = 0;

/** The bytes of an HDF5 file with these entries; groups are made as they are needed. `units` are set as attributes, by path. */
export async function hdf5File(
  entries: Readonly<Record<string, TestEntry>>,
  units: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const opened = await (library ??= openLibrary());
  files += 1;
  const path = `/test-${files}.h5`;
  const id = opened.module.open(path, accessMode.create, false, -1, -1);
  const root = new Group(id, '/');
  const groups = new Set<string>();
  for (const [at, entry] of Object.entries(entries)) {
    const names = at.split('/').slice(1, -1);
    names.forEach((_, index) => groups.add(names.slice(0, index + 1).join('/')));
    for (const group of groups) if (!root.keys().includes(group) && root.get(group) === null) root.create_group(group);
    put({ opened, id, root }, at, entry);
  }
  for (const [at, unit] of Object.entries(units)) new Dataset(id, at).create_attribute('units', unit, [], 'S');
  opened.module.close_file(id);
  return takeOutput(opened, path).slice();
}

interface Output {
  readonly opened: Hdf5Library;
  readonly id: bigint;
  readonly root: Group;
}

function put({ opened, id, root }: Output, at: string, entry: TestEntry): void {
  const name = at.slice(1);
  if (typeof entry === 'string') root.create_dataset({ name, data: entry, shape: [], dtype: 'S' });
  else if (typeof entry === 'number')
    root.create_dataset({ name, data: Float64Array.of(entry), shape: [], dtype: '<d' });
  else if ('value' in entry) {
    root.create_dataset({ name, data: Float64Array.of(entry.value), shape: [], dtype: '<d' });
    new Dataset(id, at).create_attribute('units', entry.units, [], 'S');
  } else if ('path' in entry) {
    if (entry.file === undefined) root.create_soft_link(entry.path, name);
    else root.create_external_link(entry.file, entry.path, name);
  } else if ('data' in entry) {
    const { data, shape, dtype } = entry;
    const packed = 'chunks' in entry ? { chunks: [...entry.chunks], compression: 'gzip' as const } : {};
    root.create_dataset({ name, data, shape: [...shape], dtype: kinds[dtype] ?? null, ...packed });
  } else if ('dtype' in entry) {
    opened.module.create_dataset(id, at, 0n, layoutOf(entry));
    opened.takeComplaint();
  } else root.create_dataset({ name, data: Float64Array.from(entry), dtype: '<d' });
}
