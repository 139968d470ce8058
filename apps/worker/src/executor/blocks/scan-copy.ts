import { statSync } from 'node:fs';
import {
  dtypes,
  elementCount,
  elementSize,
  isRondelError,
  RondelError,
  type ArrayFacts,
  type Dataset,
  type DType,
  type NdArray,
} from '@rondel/contracts';
import { Check, Type, type Static } from '@rondel/contracts/schema';
import { chunkOf, componentsOf, describeData, readArrays, typedView, type StoredChunk } from '@rondel/formats';
import { amountOf, type Block, type MemoryRoom } from '@rondel/reco';
import type { PartFiles } from '@rondel/store';
import { encodeDataset } from '../files/dataset-file.js';
import { damagedPart, getDocument, openDatasetPart, putDataset, putDocument } from '../files/dataset-parts.js';
import { readOptions, type InputFile } from '../input/input-file.js';

const count = Type.Integer({ minimum: 0 });
const FactsSchema = Type.Object({
  dtype: Type.Enum(dtypes),
  shape: Type.Array(count),
  axes: Type.Optional(Type.Array(Type.String())),
  spacing: Type.Optional(Type.Array(Type.Number())),
  spacingUnit: Type.Optional(Type.String()),
});

/** A scan in parts of the job, of which a block reads no more than its own. */
const ScanCopySchema = Type.Object({
  format: Type.Literal('rondel-scan-copy-1'),
  axis: Type.String(),
  /** Entries of the axis at which bands begin, and its end: each block is some of the bands. */
  cuts: Type.Array(count),
  /** Arrays with the axis: as they are read, and the entries of the axis after it that each slab has. */
  arrays: Type.Record(
    Type.String(),
    Type.Object({
      facts: FactsSchema,
      slabs: Type.Array(Type.Object({ name: Type.String(), start: count, stop: count })),
    }),
  ),
  /** The other arrays, attributes and warnings: a dataset. */
  beside: Type.String(),
});

type ScanCopy = Static<typeof ScanCopySchema>;

/** What of the room of a job a slab may take before it is stored; it is held once more as it is stored. */
const slabShare = 1 / 8;
const mostSlabBytes = 2 ** 26;
/** What a copy may take of what the disk has left: images of the job, and other jobs, need the rest. */
const diskShare = 1 / 2;
/** Times that each chunk would be decompressed from which on a copy is worth its writing. */
const leastReadings = 2;
/** Smaller scans are read again in no time. */
const smallestCopied = 2 ** 26;
/** Deflate makes at most about so many bytes of one; a file that claims more has chunks that nobody has written, which cost nothing. */
const mostPacked = 1024;
/** What whole numbers of so few bits are when they are read as float32, they can be stored as. */
const narrow: ReadonlySet<DType> = new Set(['uint8', 'int8', 'uint16', 'int16']);

export interface CopyRequest {
  readonly file: InputFile;
  /** As errors and the log call it. */
  readonly reference: string;
  /** Companions that come from files of their own. */
  readonly without: readonly string[];
  readonly blocks: readonly Block[];
  readonly room: MemoryRoom | undefined;
  /** Bytes of an array that the job may write. */
  readonly maxOutputBytes: number;
  /** Scans of fewer bytes are not copied. @default 67108864 */
  readonly leastBytes?: number | undefined;
  readonly files: PartFiles;
  readonly onLog: (level: 'info', message: string) => void;
}

/**
 * Copies a scan into parts of the job, where its blocks would otherwise decompress the same chunks again and again: in one pass over
 * the file, of which no more is held than a slab. Returns the name of the copy; undefined where it would not pay, or where there is
 * no room for it, which the log says: blocks read the file then.
 *
 * Parts are named by what they hold and the copy is named once all of it is there, so a process that is killed leaves nothing that
 * is taken for one. They go with the run of the job.
 */
export async function copyScan(request: CopyRequest): Promise<string | undefined> {
  const { file, reference, without, blocks, files, onLog, leastBytes = smallestCopied } = request;
  const [first] = blocks;
  if (first === undefined || blocks.length <= leastReadings) return undefined;
  const chunk = await chunkOf(file.path, readOptions(file, without));
  if (chunk === undefined || readings(blocks, chunk.extents[first.axis] ?? 1) <= leastReadings) return undefined;
  const { data, companions, attributes, warnings } = await describeData(file.path, readOptions(file, without));
  const arrays = Object.entries({ data, ...companions });
  const cut = arrays.flatMap(([name, facts]) => cutAlong(first, name, { facts, chunk, file }) ?? []);
  const bytes = bytesOfCopy(cut);
  const isWritten = bytes <= mostPacked * bytesOnDisk(file);
  if (!cut.some(({ name }) => name === 'data') || bytes < leastBytes || !isWritten) return undefined;
  const refused = whyNot(cut, request);
  if (refused !== undefined) {
    onLog('info', `${reference} is compressed, and each block decompresses all of it: ${refused}.`);
    return undefined;
  }
  const begun = performance.now();
  const written: string[] = [];
  try {
    const others = arrays.map(([name]) => name).filter((name) => !cut.some((each) => each.name === name));
    const name = await writeCopy({ axis: first.axis, cut, others, attributes, warnings }, { ...request, written });
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    onLog(
      'info',
      `${reference} is compressed: ${amountOf(bytes)} were copied in ${seconds} s, so that ${blocks.length} blocks need not decompress it again.`,
    );
    return name;
  } catch (error) {
    if (!isRondelError(error) || error.code !== 'QUOTA_EXCEEDED') throw error;
    for (const name of written) files.discard(name);
    onLog(
      'info',
      `${reference} is compressed, and each block decompresses all of it: no copy could be made. ${error.message}`,
    );
    return undefined;
  }
}

/** What a copy is made of: arrays that are cut into slabs, and those that are kept whole, by their names. */
interface CopyContents extends Pick<Dataset, 'attributes'> {
  readonly warnings: Dataset['warnings'] | undefined;
  readonly axis: string;
  readonly cut: readonly CutArray[];
  readonly others: readonly string[];
}

/** Writes the slabs, then what lies beside them, then the copy that names both. */
async function writeCopy(
  { axis, cut, others, attributes, warnings }: CopyContents,
  request: CopyRequest & { readonly written: string[] },
): Promise<string> {
  const { file, without, blocks, files } = request;
  const cuts = [...new Set([0, blocks[0]?.extent ?? 0, ...blocks.flatMap(({ from, to }) => [from, to])])].sort(
    (a, b) => a - b,
  );
  const stored: ScanCopy['arrays'] = {};
  for (const array of cut)
    stored[array.name] = { facts: factsOf(array.facts), slabs: await writeSlabs(array, cuts, request) };
  const whole = await readArrays(
    file.path,
    Object.fromEntries(others.map((name) => [name, {}])),
    readOptions(file, without),
  );
  const companions = Object.fromEntries(
    others.flatMap((name, index) => (whole[index] ? [[name, whole[index]] as const] : [])),
  );
  const beside: Dataset = { data: noValues, companions, attributes, ...(warnings && { warnings }) };
  const copy: ScanCopy = {
    format: 'rondel-scan-copy-1',
    axis,
    cuts,
    arrays: stored,
    beside: putDataset(beside, files),
  };
  return putDocument(copy, files);
}

/** How often blocks read each of the chunks along their axis, in the mean. */
function readings(blocks: readonly Block[], length: number): number {
  const chunks = Math.ceil((blocks[0]?.extent ?? 1) / length);
  const read = blocks.reduce((sum, { from, to }) => sum + Math.ceil(to / length) - Math.floor(from / length), 0);
  return read / chunks;
}

/** An array whose values are stored as slabs. */
interface CutArray {
  readonly name: string;
  readonly facts: ArrayFacts;
  /** As its values are stored. */
  readonly dtype: DType;
  /** The axis after that of the blocks, along which slabs follow each other. */
  readonly slow: string;
  readonly at: number;
  /** Entries of it in a chunk. */
  readonly step: number;
}

function cutAlong(
  { axis, extent }: Block,
  name: string,
  { facts, chunk, file }: { readonly facts: ArrayFacts; readonly chunk: StoredChunk; readonly file: InputFile },
): CutArray | undefined {
  const { axes = [], shape, dtype } = facts;
  const at = axes.indexOf(axis);
  const slow = axes[at + 1];
  const isCut = at >= 0 && slow !== undefined && shape[at] === extent && elementCount(shape.slice(0, at)) === 1;
  if (!isCut || componentsOf(dtype) !== 1) return undefined;
  const isExact = name === 'data' && dtype === 'float32' && file.binning === undefined && narrow.has(chunk.dtype);
  const step = Math.min(shape[at + 1] ?? 1, chunk.extents['angle'] ?? chunk.extents[slow] ?? 1);
  return { name, facts, dtype: isExact ? chunk.dtype : dtype, slow, at, step };
}

/** Bytes of one entry of the axis that slabs follow, as it is read. */
function entryBytes({ facts: { shape, dtype }, at }: CutArray): number {
  return (elementCount(shape) * elementSize(dtype)) / (shape[at + 1] ?? 1);
}

function slabLength(array: CutArray, room: MemoryRoom | undefined): number {
  const bytes = Math.min(mostSlabBytes, (room?.hostBytes ?? room?.memoryBytes ?? Infinity) * slabShare);
  return Math.floor(bytes / (entryBytes(array) * array.step)) * array.step;
}

/** Of all files in which values may lie. */
function bytesOnDisk({ path, linked = {} }: InputFile): number {
  return [path, ...Object.values(linked)].reduce((sum, each) => sum + statSync(each).size, 0);
}

function bytesOfCopy(arrays: readonly CutArray[]): number {
  return arrays.reduce((sum, { facts, dtype }) => sum + elementCount(facts.shape) * elementSize(dtype), 0);
}

/** Why there is no room for a copy. */
function whyNot(arrays: readonly CutArray[], { room, maxOutputBytes, files }: CopyRequest): string | undefined {
  if (arrays.some((array) => slabLength(array, room) < array.step))
    return 'its chunks are too large for the memory to copy it';
  const bytes = bytesOfCopy(arrays);
  if (bytes > maxOutputBytes)
    return `a copy would take ${amountOf(bytes)}, and the job may write ${amountOf(maxOutputBytes)}`;
  const most = files.freeBytes() * diskShare;
  if (bytes <= most) return undefined;
  return `a copy would take ${amountOf(bytes)}, and half of what the disk of the store has left is ${amountOf(most)}`;
}

async function writeSlabs(
  array: CutArray,
  cuts: readonly number[],
  { file, without, room, files, written }: CopyRequest & { readonly written: string[] },
): Promise<ScanCopy['arrays'][string]['slabs']> {
  const { name, facts, dtype, slow, at } = array;
  const extent = facts.shape[at + 1] ?? 0;
  const length = slabLength(array, room);
  const slabs: ScanCopy['arrays'][string]['slabs'] = [];
  for (let start = 0; start < extent; start += length) {
    const stop = Math.min(extent, start + length);
    const [read] = await readArrays(
      file.path,
      { [name]: { ranges: { [slow]: [start, stop] } } },
      readOptions(file, without),
    );
    if (read === undefined) throw new RondelError('INTERNAL', `${file.label}: a slab of ${name} was not read.`);
    const shape = read.shape.slice(at + 1);
    const row = elementCount(shape);
    const values =
      dtype === facts.dtype
        ? read.data
        : typedView(dtype, new ArrayBuffer(read.data.length * elementSize(dtype)), { length: read.data.length });
    if (values !== read.data) values.set(read.data);
    const bands = cuts.slice(0, -1).map((from, index): [string, NdArray] => {
      const to = cuts[index + 1] ?? from;
      return [String(index), { dtype, shape: [to - from, ...shape], data: values.subarray(from * row, to * row) }];
    });
    const slab = encodeDataset({ data: noValues, companions: Object.fromEntries(bands), attributes: {} });
    files.put(slab.name, slab.pieces);
    written.push(slab.name);
    slabs.push({ name: slab.name, start, stop });
  }
  return slabs;
}

const noValues: NdArray = { dtype: 'float32', shape: [0], data: new Float32Array(0) };

function factsOf({ dtype, shape, axes, spacing, spacingUnit }: ArrayFacts): Static<typeof FactsSchema> {
  return {
    dtype,
    shape: [...shape],
    ...(axes && { axes: [...axes] }),
    ...(spacing && { spacing: [...spacing] }),
    ...(spacingUnit !== undefined && { spacingUnit }),
  };
}

/**
 * What a block of the scan would be read as from its file. Throws what `damagedPart` makes when a part of the copy is not what it
 * was, `QUOTA_EXCEEDED` above `maxBytes`.
 */
export function readScanCopy(
  name: string,
  { from, to }: Pick<Block, 'from' | 'to'>,
  { files, maxBytes }: { readonly files: PartFiles; readonly maxBytes: number },
): Dataset {
  const copy = openCopy(name, files);
  const shapes = Object.values(copy.arrays).map(({ facts }) => ({ ...facts, shape: cutShape(copy, facts, to - from) }));
  const bytes = shapes.reduce((sum, { shape, dtype }) => sum + elementCount(shape) * elementSize(dtype), 0);
  if (bytes > maxBytes) {
    throw new RondelError('QUOTA_EXCEEDED', `The block takes ${bytes} bytes in memory, the limit is ${maxBytes}.`, {
      details: { bytes, maxBytes },
    });
  }
  const beside = openDatasetPart(copy.beside, files).load();
  const { data = noValues, ...cut } = Object.fromEntries(
    Object.entries(copy.arrays).map(([array, stored]) => [array, readArray(copy, stored, { from, to, files })]),
  );
  return { ...beside, data, companions: { ...beside.companions, ...cut } };
}

function cutShape(
  { axis }: ScanCopy,
  { shape, axes = [] }: Pick<ArrayFacts, 'shape' | 'axes'>,
  length: number,
): number[] {
  return shape.map((extent, at) => (axes[at] === axis ? length : extent));
}

function readArray(
  copy: ScanCopy,
  { facts, slabs }: ScanCopy['arrays'][string],
  { from, to, files }: Pick<Block, 'from' | 'to'> & { readonly files: PartFiles },
): NdArray {
  const { dtype, axes = [] } = facts;
  const shape = cutShape(copy, facts, to - from);
  const at = axes.indexOf(copy.axis);
  const [extent = 1, inner] = [shape[at + 1], elementCount(shape.slice(at + 2))];
  const length = elementCount(shape);
  const data = typedView(dtype, new ArrayBuffer(length * elementSize(dtype)), { length });
  for (const { name, start, stop } of slabs) {
    const slab = openDatasetPart(name, files);
    const row = (stop - start) * inner;
    copy.cuts.slice(0, -1).forEach((first, band) => {
      if (first < from || first >= to) return;
      const values = slab.loadCompanion(String(band)).data;
      for (let entry = 0; entry * row < values.length; entry += 1)
        data.set(values.subarray(entry * row, (entry + 1) * row), ((first - from + entry) * extent + start) * inner);
    });
  }
  return { ...facts, shape, data };
}

/** Removes the slabs of a copy that nobody reads any more. */
export function discardScanCopy(name: string, files: PartFiles): void {
  for (const { slabs } of Object.values(openCopy(name, files).arrays))
    for (const slab of slabs) files.discard(slab.name);
}

function openCopy(name: string, files: PartFiles): ScanCopy {
  const document = getDocument(name, files);
  if (Check(ScanCopySchema, document)) return document;
  throw damagedPart({ name, why: 'it is no copy of a scan as this version leaves them' }, files);
}
