import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import {
  elementCount,
  elementSize,
  RondelError,
  CarriedWarningsSchema,
  withWarnings,
  type Dataset,
  type JsonValue,
  type NdArray,
  type CarriedWarning,
} from '@rondel/contracts';
import { bytesOf, componentsOf, typedView } from '@rondel/formats';
import type { Block } from '@rondel/reco';
import { alignedInDataset, datasetLayout, sectionProperties } from '@rondel/store';
import { Check, Type, type Static } from '@rondel/contracts/schema';

const count = Type.Integer({ minimum: 0 });
const SectionSchema = Type.Object({
  ...sectionProperties,
  axes: Type.Optional(Type.Array(Type.String())),
  spacing: Type.Optional(Type.Array(Type.Number())),
  spacingUnit: Type.Optional(Type.String()),
});

type Section = Static<typeof SectionSchema>;

export const BlockSchema = Type.Object({
  axis: Type.String(),
  extent: count,
  start: count,
  stop: count,
  from: count,
  to: count,
});

const HeaderSchema = Type.Object({
  format: Type.Literal(datasetLayout.format),
  data: SectionSchema,
  companions: Type.Record(Type.String(), SectionSchema),
  attributes: Type.Record(Type.String(), Type.Unknown()),
  /** Which part of a whole it is; absent: the whole. */
  block: Type.Optional(BlockSchema),
  /** Paths of the steps that it has come through, in their order; absent: nobody knew. */
  done: Type.Optional(Type.Array(Type.String())),
});

/** What a dataset's file says before its arrays. */
export type DatasetHeader = Static<typeof HeaderSchema>;

/** A file in its pieces, some of which are views of arrays, and the SHA-256 that names it. */
export interface NamedBytes {
  readonly name: string;
  readonly pieces: readonly Uint8Array[];
}

/** What a dataset is to the sub-jobs after the one that leaves it. */
export interface LeftAs {
  /** Which part of a whole; absent: the whole. */
  readonly block?: Block | undefined;
  /** Paths of the steps that it has come through. */
  readonly done?: readonly string[] | undefined;
}

const { lengthBytes, mostHeaderBytes, hashLetters } = datasetLayout;
/** Read at once in the hope that there is no more. */
const headBytes = 16 * 1024;
const readBytes = 2 ** 26;
/** More than the warnings of a dataset can take. */
const mostWarningBytes = 2 ** 20;

/**
 * A dataset as one file: length of the header (uint32), header (JSON, which has the hash of every array), the main array,
 * then its companions, all little-endian, then its warnings. Named by the hash of all before the main array, which is the
 * same for the same dataset as the same block, whatever it is warned of.
 *
 * @param apart Companions with so many bytes become files of their own, as several blocks may share them.
 */
export function encodeDataset(
  { data, companions, attributes, warnings = [] }: Dataset,
  { block, done, apart = Infinity }: LeftAs & { readonly apart?: number } = {},
): NamedBytes & { readonly shared: readonly NamedBytes[] } {
  const sections = Object.entries(companions).map(([name, array]) => {
    const section = sectionOf(array);
    return [name, array.data.byteLength < apart ? section : { ...section, apart: true as const }, array] as const;
  });
  const header: DatasetHeader = {
    format: datasetLayout.format,
    data: sectionOf(data),
    companions: Object.fromEntries(sections.map(([name, section]) => [name, section])),
    attributes: { ...attributes },
    ...(block && { block: { ...block } }),
    ...(done && { done: [...done] }),
  };
  const head = encodeHeader(header);
  const own = [data, ...sections.flatMap(([, section, array]) => ('apart' in section ? [] : [array]))];
  const shared = sections.flatMap(([, section, array]) =>
    'apart' in section ? [{ name: section.sha256, pieces: [bytesOf(array.data)] }] : [],
  );
  const arrays = own.flatMap(({ data: values }, index) =>
    index === own.length - 1 ? [bytesOf(values)] : padded(bytesOf(values)),
  );
  return { name: hashOf(head), pieces: [head, ...arrays, ...encodeWarnings(warnings)], shared };
}

function encodeWarnings(warnings: readonly CarriedWarning[]): Uint8Array[] {
  if (warnings.length === 0) return [];
  const text = Buffer.from(JSON.stringify(warnings));
  return [Buffer.from(hashOf(text)), text];
}

function encodeHeader(header: DatasetHeader): Uint8Array {
  const text = Buffer.from(JSON.stringify(header));
  const head = Buffer.alloc(alignedInDataset(lengthBytes + text.byteLength), ' ');
  head.writeUInt32LE(head.byteLength - lengthBytes);
  text.copy(head, lengthBytes);
  return head;
}

function padded(bytes: Uint8Array): Uint8Array[] {
  const rest = alignedInDataset(bytes.byteLength) - bytes.byteLength;
  return rest === 0 ? [bytes] : [bytes, new Uint8Array(rest)];
}

function sectionOf({ dtype, shape, data, axes, spacing, spacingUnit }: NdArray): Section {
  return {
    dtype,
    shape: [...shape],
    sha256: hashOf(bytesOf(data)),
    ...(axes && { axes: [...axes] }),
    ...(spacing && { spacing: [...spacing] }),
    ...(spacingUnit !== undefined && { spacingUnit }),
  };
}

/** SHA-256, 64 hex digits; a hash takes no more than 2 GiB at once. */
function hashOf(bytes: Uint8Array): string {
  if (bytes.byteLength <= readBytes) return hash('sha256', bytes);
  const hashing = createHash('sha256');
  for (let start = 0; start < bytes.byteLength; start += readBytes) {
    hashing.update(bytes.subarray(start, start + readBytes));
  }
  return hashing.digest('hex');
}

export interface OpenOptions {
  /** Makes the error for a file that is not what it was. */
  readonly damaged: (why: string) => Error;
  /** Hash that the part before the main array must have; absent: whoever opens the file has compared all of it. */
  readonly name?: string;
  /** Where companions lie that have files of their own, and the error for one that is not what it was. */
  readonly shared?: (sha256: string) => Pick<OpenOptions, 'damaged'> & { readonly path: string };
}

/** A dataset's file whose header has been read. */
export interface DatasetFile {
  readonly header: DatasetHeader;
  /** Position of the main array in the file. */
  readonly dataStart: number;
  /** Reads the arrays and compares them with their hashes, and the warnings. */
  readonly load: () => Dataset;
  /** The same for the main array alone. */
  readonly loadData: () => NdArray;
  /** The same for one companion that lies in this file. */
  readonly loadCompanion: (name: string) => NdArray;
  /** Reads the warnings alone. */
  readonly loadWarnings: () => readonly CarriedWarning[];
}

/** Opens what `encodeDataset` wrote. Reading holds the event loop up. Throws what `damaged` makes. */
export function openDatasetFile(path: string, options: OpenOptions): DatasetFile {
  const head = readHead(path, options);
  const length = head.byteLength < lengthBytes ? Infinity : head.readUInt32LE();
  if (length > mostHeaderBytes) throw options.damaged('it does not begin as one');
  const dataStart = lengthBytes + length;
  const bytes = readAt(path, head, { target: Buffer.alloc(dataStart), start: 0, ...options });
  if (options.name !== undefined && hashOf(bytes) !== options.name) {
    throw options.damaged(`it no longer has the SHA-256 ${options.name}`);
  }
  const header = parsed(bytes.toString('utf8', lengthBytes));
  if (!Check(HeaderSchema, header)) throw options.damaged('it is no dataset as this version leaves them');
  const file: Opened = { path, head, dataStart, options };
  const loadWarnings = () => readWarnings(header, file);
  return {
    header,
    dataStart,
    load: () => withWarnings(loadDataset(header, file), loadWarnings()),
    loadWarnings,
    loadCompanion: (name) => loadCompanion(header, name, file),
    loadData: () => readArray(path, head, { section: header.data, start: dataStart, ...options }),
  };
}

interface Opened {
  readonly path: string;
  readonly head: Buffer;
  readonly dataStart: number;
  readonly options: OpenOptions;
}

function loadCompanion({ data, companions }: DatasetHeader, wanted: string, file: Opened): NdArray {
  const { path, head, dataStart, options } = file;
  let start = alignedInDataset(dataStart + bytesOfSection(data));
  for (const [name, section] of Object.entries(companions)) {
    if (name === wanted) return readArray(path, head, { section, start, ...options });
    if (section.apart !== true) start = alignedInDataset(start + bytesOfSection(section));
  }
  throw options.damaged(`it has no array ${wanted}`);
}

function bytesOfSection({ shape, dtype }: Section): number {
  return elementCount(shape) * elementSize(dtype);
}

function loadDataset({ data, companions, attributes }: DatasetHeader, file: Opened): Dataset {
  const { path, head, dataStart, options } = file;
  let start = dataStart;
  const next = (section: Section) => {
    const shared = section.apart && options.shared?.(section.sha256);
    if (shared) return readArray(shared.path, Buffer.alloc(0), { section, start: 0, ...shared });
    const array = readArray(path, head, { section, start, ...options });
    start += alignedInDataset(array.data.byteLength);
    return array;
  };
  return {
    data: next(data),
    companions: Object.fromEntries(Object.entries(companions).map(([name, section]) => [name, next(section)])),
    // Written by encodeDataset from JSON values.
    attributes: attributes as Record<string, JsonValue>,
  };
}

function readWarnings(
  { data, companions }: DatasetHeader,
  { path, head, dataStart, options }: Opened,
): CarriedWarning[] {
  const own = [data, ...Object.values(companions)].filter(({ apart }) => apart !== true);
  const end = own.reduce((before, section) => alignedInDataset(before) + bytesOfSection(section), dataStart);
  const bytes = head.byteLength < headBytes ? head.subarray(end) : readRest(path, end, options);
  if (bytes.byteLength === 0) return [];
  const text = bytes.subarray(hashLetters);
  if (bytes.byteLength > mostWarningBytes || hashOf(text) !== bytes.toString('latin1', 0, hashLetters)) {
    throw options.damaged('its warnings are not what was written');
  }
  const warnings = parsed(text.toString());
  if (!Check(CarriedWarningsSchema, warnings)) throw options.damaged('its warnings are none that this version knows');
  return warnings;
}

/** What comes after a position, up to a byte more than warnings may take. */
function readRest(path: string, start: number, { damaged }: OpenOptions): Buffer {
  const rest = Buffer.alloc(mostWarningBytes + 1);
  return withFile(path, damaged, (file) => rest.subarray(0, readSync(file, rest, 0, rest.byteLength, start)));
}

function readArray(
  path: string,
  head: Buffer,
  { section, start, damaged }: OpenOptions & { readonly section: Section; readonly start: number },
): NdArray {
  const { sha256: expected, apart: _, ...facts } = section;
  const elements = elementCount(facts.shape);
  const buffer = new ArrayBuffer(elements * elementSize(facts.dtype));
  const bytes = readAt(path, head, { target: Buffer.from(buffer), start, damaged });
  if (hashOf(bytes) !== expected) throw damaged(`its values no longer have the SHA-256 ${expected}`);
  return { ...facts, data: typedView(facts.dtype, buffer, { length: elements * componentsOf(facts.dtype) }) };
}

/** The beginning of a file; all of it where it is short. */
function readHead(path: string, { damaged }: OpenOptions): Buffer {
  const head = Buffer.allocUnsafe(headBytes);
  return withFile(path, damaged, (file) => head.subarray(0, readSync(file, head, 0, headBytes, 0)));
}

/** Fills `target` from a position of a file whose beginning is known. */
function readAt(
  path: string,
  head: Buffer,
  { target, start, damaged }: Pick<OpenOptions, 'damaged'> & { readonly target: Buffer; readonly start: number },
): Buffer {
  const known = head.copy(target, 0, Math.min(start, head.byteLength));
  if (known === target.byteLength) return target;
  if (head.byteLength > 0 && head.byteLength < headBytes) throw damaged('it is shorter than it was');
  return withFile(path, damaged, (file) => {
    for (let done = known; done < target.byteLength;) {
      const read = readSync(file, target, done, Math.min(readBytes, target.byteLength - done), start + done);
      if (read === 0) throw damaged('it is shorter than it was');
      done += read;
    }
    return target;
  });
}

function withFile<T>(path: string, damaged: OpenOptions['damaged'], use: (file: number) => T): T {
  const file = opened(path, damaged);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

function opened(path: string, damaged: OpenOptions['damaged']): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw damaged(`it cannot be opened (${error instanceof Error ? error.message : String(error)})`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RondelError('INTERNAL', 'A dataset has a header that is no JSON.', { cause: error });
  }
}
