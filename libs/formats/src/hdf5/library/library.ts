import { readSync } from 'node:fs';
import { ready } from 'h5wasm';

/**
 * The part of libhdf5, compiled to WebAssembly, that is used here.
 *
 * It is the browser build on purpose: its file system lives in memory, so no link, external storage or filter plug-in
 * that a hostile file names can reach the worker's disk; what decoders there are is put there, see `provideDecoders`. The
 * Node build opens real files for all of these.
 */
export interface Hdf5Module {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  readonly FS: VirtualFileSystem;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  open(path: string, mode: number, trackOrder: boolean, versionLow: number, versionHigh: number): bigint;
  close_file(file: bigint): number;
  get_type(file: bigint, path: string): number;
  get_names(file: bigint, path: string, recursive: boolean): string[];
  get_external_link(file: bigint, path: string): { filename?: string; obj_path?: string };
  get_symbolic_link(file: bigint, path: string): string | null;
  get_dataset_metadata(file: bigint, path: string): ElementMetadata;
  get_dataset_filters(file: bigint, path: string): Hdf5Filter[];
  get_plugin_search_paths(): string[];
  get_dimension_labels(file: bigint, path: string): (string | null)[];
  get_attribute_names(file: bigint, path: string): string[];
  get_attribute_metadata(file: bigint, path: string, name: string): ElementMetadata;
  get_dataset_data(
    file: bigint,
    path: string,
    count: bigint[] | null,
    offset: bigint[] | null,
    strides: bigint[] | null,
    pointer: bigint,
  ): number;
  create_dataset(file: bigint, path: string, pointer: bigint, metadata: WriteMetadata): number;
  set_dataset_data(
    file: bigint,
    path: string,
    count: bigint[],
    offset: bigint[],
    strides: bigint[],
    pointer: bigint,
  ): number;
  set_dimension_label(file: bigint, path: string, axis: number, label: string): number;
}

/** A filter that the chunks of a dataset went through. */
export interface Hdf5Filter {
  /** In the registry of the HDF Group. */
  readonly id: number;
  /** What the file calls it. */
  readonly name: string;
  /** How it was used, as the filter has it. */
  readonly cd_values: readonly number[];
}

export interface VirtualFileSystem {
  analyzePath(path: string): { readonly exists: boolean };
  mkdirTree(path: string): void;
  writeFile(path: string, bytes: Uint8Array): void;
  createFile(parent: string, name: string, properties: object, canRead: boolean, canWrite: boolean): VirtualNode;
  getStream(descriptor: number): VirtualStream | undefined;
  lookupPath(path: string, options: object): { node: VirtualNode };
}

export interface VirtualNode {
  node_ops: Record<string, unknown>;
  stream_ops: Record<string, unknown>;
  contents: unknown;
  usedBytes: number;
  id: number;
  mode: number;
}

export interface VirtualStream {
  position: number;
  tty?: object;
  stream_ops: {
    readonly write?: (stream: VirtualStream, memory: Int8Array, offset: number, length: number) => number;
  };
}

/** What libhdf5 says about the elements and extent of a dataset or attribute. */
export interface ElementMetadata {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  readonly vlen: boolean;
  readonly shape: number[] | null;
  readonly total_size: number;
  readonly chunks?: number[] | null;
  readonly compound_type?: { readonly members: readonly (ElementMetadata & { name: string; offset: number })[] };
  readonly virtual_sources?: readonly { readonly file_name: string; readonly dset_name: string }[];
}

export interface WriteMetadata {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  readonly vlen: boolean;
  readonly shape: readonly bigint[];
  readonly maxshape: readonly bigint[];
  readonly chunks: null;
  readonly compression: 0;
  readonly compression_opts: readonly number[];
  readonly track_order: false;
  readonly compound_type?: object;
  readonly total_size: number;
}

/** Values of H5T_class_t. */
export const typeClass = { integer: 0, float: 1, string: 3, compound: 6, enumeration: 8 } as const;
/** Values that `get_type` returns; -1 when nothing is there. */
export const objectType = { group: 0, dataset: 1 } as const;
export const accessMode = { read: 0, create: 2 } as const;

/** libhdf5 and what it last complained about. */
export interface Hdf5Library {
  readonly module: Hdf5Module;
  /** The innermost message since the last call, without source paths; empty when there was none. */
  takeComplaint(): string;
}

/** Starts libhdf5 with its error output kept in memory instead of on stderr. */
export async function openLibrary(): Promise<Hdf5Library> {
  const module: unknown = await ready;
  if (!isHdf5Module(module)) throw new Error('The installed h5wasm lacks functions that Rondel needs.');
  captureTerminal(module.FS, 1);
  const standardError = captureTerminal(module.FS, 2);
  return { module, takeComplaint: () => innermostMessage(standardError.take()) };
}

function isHdf5Module(value: unknown): value is Hdf5Module {
  if (typeof value !== 'object' || value === null) return false;
  const needed = [
    '_malloc',
    '_free',
    'open',
    'close_file',
    'get_type',
    'get_dataset_data',
    'get_dataset_filters',
    'get_plugin_search_paths',
    'create_dataset',
    'set_dataset_data',
    'FS',
  ];
  return needed.every((name) => name in value);
}

const maximumTerminalLength = 65_536;

function captureTerminal(fs: VirtualFileSystem, descriptor: number): { take(): string } {
  const stream = fs.getStream(descriptor);
  if (stream?.tty === undefined) throw new Error('The installed h5wasm has no terminal to redirect.');
  const said = new Uint8Array(maximumTerminalLength);
  let length = 0;
  // The terminal itself takes one character after the other, which takes longer than reading a small file.
  stream.stream_ops = {
    ...stream.stream_ops,
    write(_stream, memory, offset, bytes) {
      const taken = memory.subarray(offset, offset + Math.min(bytes, maximumTerminalLength - length));
      said.set(taken, length);
      length += taken.length;
      return bytes;
    },
  };
  return {
    take() {
      const taken = length === 0 ? '' : Buffer.from(said.buffer, 0, length).toString('latin1');
      length = 0;
      return taken;
    },
  };
}

/** Lines of an HDF5 error stack read `  #007: /path/H5FDsec2.c line 288 in H5FD__sec2_open(): message`. */
function innermostMessage(stack: string): string {
  const frames = [...stack.matchAll(/^ +#\d+: .*? in \w+\(\): (.*)$/gm)];
  const message = frames.at(-1)?.[1] ?? '';
  return message.replaceAll(/\p{Cc}/gu, ' ').slice(0, 300);
}

/** A file of the worker that is open, and who hears what libhdf5 reads of it. */
export interface ExposedFile {
  readonly fd: number;
  readonly bytes: number;
  readonly onRead: (read: Uint8Array, position: number) => void;
}

/** Makes one open file of the worker visible to libhdf5 under `/<name>`, read-only, without loading it. */
export function exposeFile(fs: VirtualFileSystem, name: string, file: ExposedFile): string {
  const node = fs.createFile('/', name, {}, true, false);
  const epoch = new Date(0);
  const status = { dev: 1, ino: node.id, mode: node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0, size: file.bytes };
  const times = { atime: epoch, mtime: epoch, ctime: epoch, blksize: 4096, blocks: Math.ceil(file.bytes / 4096) };
  node.node_ops = { ...node.node_ops, getattr: () => ({ ...status, ...times }) };
  node.stream_ops = {
    read(_stream: VirtualStream, buffer: Int8Array, offset: number, length: number, position: number) {
      const read = readSync(file.fd, buffer, offset, length, position);
      file.onRead(new Uint8Array(buffer.buffer, buffer.byteOffset + offset, read), position);
      return read;
    },
    llseek: (stream: VirtualStream, offset: number, whence: number) =>
      seek(stream.position, file.bytes, { offset, whence }),
  };
  return `/${name}`;
}

/** POSIX lseek: whence 0 counts from the start, 1 from the position, 2 from the end. */
export function seek(position: number, end: number, { offset, whence }: { offset: number; whence: number }): number {
  if (whence === 1) return position + offset;
  return whence === 2 ? end + offset : offset;
}
