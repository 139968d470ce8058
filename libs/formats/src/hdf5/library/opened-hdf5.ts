import { posix } from 'node:path';
import type { RondelError } from '@rondel/contracts';
import { formatError } from '../../file/data-errors.js';
import type { Run } from '../../array/runs.js';
import type { Hdf5Element } from './element-type.js';
import { notePlaces, type HeapFile } from './heap-places.js';
import { accessMode, exposeFile, objectType, type ElementMetadata, type Hdf5Library } from './library.js';

/** An HDF5 file that is open for reading. */
export interface OpenedHdf5 {
  readonly library: Hdf5Library;
  readonly id: bigint;
  readonly label: string;
  readonly maxBytes: number;
  /** Opens a file that a link or a virtual dataset of this one names; undefined for one that was not given. */
  readonly linked?: (name: string) => OpenedHdf5 | undefined;
  /** Names of the files that were given and that no link has led to so far. */
  readonly unused?: ReadonlySet<string>;
  /** Whether a link has led here: no second one is followed, but a virtual dataset may have its values elsewhere. */
  readonly isLinked?: boolean;
  /** Where it lies, seen from the first file. */
  readonly folder?: string;
  /** What libhdf5 has read of the file that says how virtual datasets are put together. */
  readonly heap: HeapFile;
  /** The parts of its virtual datasets that were looked at, by path. */
  readonly virtual: Map<string, readonly VirtualPart[]>;
}

/** Entries along an axis of a virtual dataset, and the first of those that they are in the other one. */
export interface SharedRun extends Run {
  readonly from: number;
}

/** A part of a virtual dataset: the dataset that has its values. */
export interface VirtualPart {
  readonly file: OpenedHdf5;
  readonly path: string;
  readonly element: Hdf5Element;
  /** Along each axis of the virtual dataset, in order. */
  readonly runs: readonly (readonly SharedRun[])[];
  /** For each axis of the other dataset the axis that it is, or its only entry. */
  readonly sourceAxes: readonly ({ readonly axis: number } | { readonly entry: number })[];
}

/** A file of the worker process, open for reading. */
export interface Hdf5Descriptor {
  readonly fd: number;
  readonly bytes: number;
}

export interface Hdf5Source extends Hdf5Descriptor {
  readonly label: string;
  readonly maxBytes: number;
  /** The files that links of this one may lead to, by the names that the links have; `*` for one of any name, `*` and a name for any folder. */
  readonly linked?: Readonly<Record<string, Hdf5Descriptor>> | undefined;
}

/** Opens the file behind a descriptor. Throws `DATA_FORMAT` when libhdf5 refuses it, e.g. since it is truncated. */
export function openHdf5(library: Hdf5Library, source: Hdf5Source): OpenedHdf5 {
  const opened = new Map<string, OpenedHdf5>();
  const names = Object.keys(source.linked ?? {}).filter((name) => name.startsWith('*/'));
  const unused = new Set(names.map((name) => name.slice(2)));
  let nameless: string | undefined;
  const linked = (name: string, folder = '') => {
    const beside = name.startsWith('/') ? name : posix.join(folder, name);
    const known = opened.get(beside);
    if (known !== undefined) return known;
    const { [beside]: named, [`*/${posix.basename(beside)}`]: called, ['*']: any } = source.linked ?? {};
    // What has no name is one file, so it is not what a second name leads to.
    const isOther = nameless !== undefined && nameless !== beside;
    const found = named ?? called ?? (isOther ? undefined : any);
    if (found === undefined) return undefined;
    if (found === any) nameless = beside;
    unused.delete(posix.basename(beside));
    const { maxBytes } = source;
    const label = `${beside.slice(0, 200)}, to which ${source.label} links`;
    const file: OpenedHdf5 = {
      ...openAs(`linked-${opened.size}.h5`, library, { ...found, label, maxBytes }),
      linked: (next) => linked(next, posix.dirname(beside)),
      isLinked: true,
      unused,
      folder: posix.dirname(beside),
    };
    opened.set(beside, file);
    return file;
  };
  return { ...openAs('input.h5', library, source), linked, unused };
}

function openAs(name: string, library: Hdf5Library, source: Omit<Hdf5Source, 'linked'>): OpenedHdf5 {
  const places = new Set<number>();
  const path = exposeFile(library.module.FS, name, { ...source, onRead: notePlaces(places) });
  const id = library.module.open(path, accessMode.read, false, -1, -1);
  const { label, maxBytes, fd, bytes } = source;
  if (id < 0n) throw hdf5Error({ library, label }, 'cannot be opened as HDF5');
  return { library, id, label, maxBytes, heap: { fd, bytes, places }, virtual: new Map() };
}

/** `DATA_FORMAT` with what libhdf5 complained about. */
export function hdf5Error({ library, label }: Pick<OpenedHdf5, 'library' | 'label'>, problem: string): RondelError {
  const complaint = library.takeComplaint();
  const reason = complaint === '' ? '' : ` (${complaint})`;
  return formatError(label, `${problem}${reason}. The file is damaged or incomplete: copy or write it again.`);
}

/** True when `path` is a dataset of this file; links inside the file are followed. */
export function isDataset(file: OpenedHdf5, path: string): boolean {
  return typeOf(file, path) === objectType.dataset;
}

/** One of `objectType`, another number for what is neither, -1 when `path` leads nowhere inside this file. */
export function typeOf({ library, id }: OpenedHdf5, path: string): number {
  library.takeComplaint();
  const type = library.module.get_type(id, path);
  // After a failed look-up, e.g. of a link to itself, h5wasm returns whatever was in memory.
  return library.takeComplaint() === '' ? type : -1;
}

/** Facts about a dataset that is there. Of a virtual one libhdf5 would return fill values for what is missing: see `virtualParts`. */
export function datasetMetadata(file: OpenedHdf5, path: string): ElementMetadata {
  return file.library.module.get_dataset_metadata(file.id, path);
}
