import { RondelError } from '@rondel/contracts';
import { formatError } from '../../file/data-errors.js';
import { accessMode, exposeFile, objectType, type ElementMetadata, type Hdf5Library } from './library.js';

/** An HDF5 file that is open for reading. */
export interface OpenedHdf5 {
  readonly library: Hdf5Library;
  readonly id: bigint;
  readonly label: string;
  readonly maxBytes: number;
  /** Opens a file that a link of this one names; undefined for one that was not given. */
  readonly linked?: (name: string) => OpenedHdf5 | undefined;
}

/** A file of the worker process, open for reading. */
export interface Hdf5Descriptor {
  readonly fd: number;
  readonly bytes: number;
}

export interface Hdf5Source extends Hdf5Descriptor {
  readonly label: string;
  readonly maxBytes: number;
  /** The files that links of this one may lead to, by the names that the links have; `*` for any name. */
  readonly linked?: Readonly<Record<string, Hdf5Descriptor>> | undefined;
}

/** Opens the file behind a descriptor. Throws `DATA_FORMAT` when libhdf5 refuses it, e.g. since it is truncated. */
export function openHdf5(library: Hdf5Library, source: Hdf5Source): OpenedHdf5 {
  const opened = new Map<string, OpenedHdf5>();
  const linked = (name: string) => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const { [name]: named, ['*']: any } = source.linked ?? {};
    const found = named ?? any;
    if (found === undefined) return undefined;
    const { maxBytes } = source;
    const label = `${name.slice(0, 200)}, to which ${source.label} links`;
    const file = openAs(`linked-${opened.size}.h5`, library, { ...found, label, maxBytes });
    opened.set(name, file);
    return file;
  };
  return { ...openAs('input.h5', library, source), linked };
}

function openAs(name: string, library: Hdf5Library, source: Omit<Hdf5Source, 'linked'>): OpenedHdf5 {
  const path = exposeFile(library.module.FS, name, source);
  const id = library.module.open(path, accessMode.read, false, -1, -1);
  const { label, maxBytes } = source;
  if (id < 0n) throw hdf5Error({ library, label }, 'cannot be opened as HDF5');
  return { library, id, label, maxBytes };
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

/**
 * Facts about a dataset that is there.
 *
 * Throws `DATA_FORBIDDEN` for a virtual dataset: its values lie in other files, which are not read, and libhdf5 would
 * return fill values for them without a word.
 */
export function datasetMetadata(file: OpenedHdf5, path: string): ElementMetadata {
  const metadata = file.library.module.get_dataset_metadata(file.id, path);
  if (metadata.virtual_sources !== undefined) {
    throw new RondelError(
      'DATA_FORBIDDEN',
      `${file.label}: ${path} is a virtual dataset, which takes its values from other files. Name the file that holds them, or make a copy that has them itself, as with h5repack -l CONTI in.h5 out.h5.`,
    );
  }
  return metadata;
}
