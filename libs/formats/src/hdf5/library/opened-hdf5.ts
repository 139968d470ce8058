import { RondelError } from '@rondel/contracts';
import { formatError } from '../../file/data-errors.js';
import { accessMode, exposeFile, objectType, type ElementMetadata, type Hdf5Library } from './library.js';

/** An HDF5 file that is open for reading. */
export interface OpenedHdf5 {
  readonly library: Hdf5Library;
  readonly id: bigint;
  readonly label: string;
  readonly maxBytes: number;
}

export interface Hdf5Source {
  /** Descriptor of the worker process, open for reading. */
  readonly fd: number;
  readonly bytes: number;
  readonly label: string;
  readonly maxBytes: number;
}

/** Opens the file behind a descriptor. Throws `DATA_FORMAT` when libhdf5 refuses it, e.g. since it is truncated. */
export function openHdf5(library: Hdf5Library, source: Hdf5Source): OpenedHdf5 {
  const path = exposeFile(library.module.FS, 'input.h5', source);
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
      `${file.label}: ${path} is a virtual dataset, which takes its values from other files. Store the values in one file.`,
    );
  }
  return metadata;
}

/** Throws `DATA_FORBIDDEN` when `path` or a group above it is a link to another file. */
export function refuseExternalLink(file: OpenedHdf5, path: string): void {
  const names = path.split('/').filter((name) => name !== '');
  for (let depth = 1; depth <= names.length; depth++) {
    const prefix = `/${names.slice(0, depth).join('/')}`;
    file.library.takeComplaint();
    const target = file.library.module.get_external_link(file.id, prefix).filename;
    // After a failed look-up h5wasm takes whatever was in memory for a link.
    if (target !== undefined && file.library.takeComplaint() === '') {
      throw new RondelError(
        'DATA_FORBIDDEN',
        `${file.label}: ${prefix} links to another file. Only the file itself is read: store the data in it.`,
      );
    }
  }
}
