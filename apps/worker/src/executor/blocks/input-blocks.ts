import {
  elementSize,
  foundIn,
  RondelError,
  CarriedWarningsSchema,
  withFound,
  withWarnings,
  type Dataset,
  type JsonValue,
  type Provenance,
} from '@rondel/contracts';
import { blocksAlong, requirePartSize, type Block } from '@rondel/reco';
import type { PartFiles } from '@rondel/store';
import { LRUCache } from 'lru-cache';
import { Check, type Static, Type } from '@rondel/contracts/schema';
import { BlockSchema } from '../files/dataset-file.js';
import { damagedPart, getDocument, putDataset, putDocument } from '../files/dataset-parts.js';
import { mostBlocks } from '../messages/division-offer.js';
import { hashOf, identityOf, inputFile, type GivenFiles } from '../input/input-file.js';
import { linkedReferences } from '../input/linked-data.js';
import { axesOf, type AxisNames } from '../input/named-axes.js';
import type { RunPart } from '../messages/messages.js';
import { companionNames, mainReference, readInputRanges, type Places } from '../input/read-input.js';
import { copyScan, discardScanCopy, readScanCopy, type CopyRequest } from './scan-copy.js';
import type { DescribedInput } from '../input/described-input.js';

/** Blocks of the raw data that are not read yet: which files, as they were when the data was divided, and which parts. */
const InputBlocksSchema = Type.Object({
  format: Type.Literal('rondel-input-blocks-2'),
  blocks: Type.Array(BlockSchema),
  /** Names for the axes of a main array without. */
  unnamedAxes: Type.Array(Type.String()),
  /** The same for companions, by name. */
  companionAxes: Type.Record(Type.String(), Type.Array(Type.String())),
  sources: Type.Array(
    Type.Object({
      name: Type.String(),
      reference: Type.String(),
      sha256: Type.String(),
      /** What told the file from any other. */
      identity: Type.Array(Type.String()),
    }),
  ),
  /** What was found in a sample of it for properties of the plan, by their paths. */
  found: Type.Optional(Type.Record(Type.String(), Type.Union([Type.Number(), Type.Boolean(), Type.String()]))),
  /** Where the values of the main file lie, in parts of the job: see `copyScan`. */
  copy: Type.Optional(Type.String()),
  /** What reading it all has given rise to. */
  warnings: Type.Optional(CarriedWarningsSchema),
});

type InputBlocks = Static<typeof InputBlocksSchema>;

export interface InputBlock extends Pick<
  InputBlocks,
  'unnamedAxes' | 'companionAxes' | 'sources' | 'warnings' | 'found' | 'copy'
> {
  readonly block: Block;
}

const mostDocumentBytes = 2 ** 20;
/** What a block or source takes in memory, about. */
const blockBytes = 1024;

/** Blocks of a split job that does not say how large they shall be. */
const defaultBlocks = 4;

/** How a stage leaves blocks. */
export type LeftBlocks = Extract<RunPart['leaves'], { kind: 'blocks' }> & {
  /** As they were cut where the run was divided; absent: all alike, by size and halo. */
  readonly blocks?: readonly Block[];
};

/** The blocks of an axis as a stage leaves them for the next. Throws `OUT_OF_MEMORY` when they would be too many. */
export function plannedBlocks(extent: number, leaves: LeftBlocks): readonly Block[] {
  const { axis, halo, blocks } = leaves;
  if (blocks !== undefined) return blocks;
  return blocksAlong({ axis, extent, size: blockSize(leaves, extent), halo });
}

function blockSize({ axis, size, halvings = 0 }: LeftBlocks, extent: number): number {
  const least = Math.ceil(extent / mostBlocks);
  const whole = Math.max(Math.min(size ?? Math.ceil(extent / defaultBlocks), extent), least);
  if (halvings === 0) return whole;
  const halved = Math.floor(whole / 2 ** halvings);
  if (halved >= least) return halved;
  throw new RondelError(
    'OUT_OF_MEMORY',
    `Memory ran out in blocks of ${whole} of ${extent} entries along ${axis}, and blocks of fewer than ${least} cannot be made. Use a worker with more memory.`,
  );
}

export interface DividedInput {
  /** One for each block. */
  readonly parts: string[];
  readonly sources: Provenance['data'];
}

/**
 * Divides a job's raw data without holding it. By reference only a document is written, which says what part of which files
 * each block is; else one block after the other is read and stored. Either way compressed chunks that many blocks would decompress
 * are copied before, see `copyScan`.
 *
 * Throws `DATA_SHAPE_MISMATCH` when the main array has no such axis, `QUOTA_EXCEEDED` where it would have to be copied and is
 * larger than an array that a job may write.
 */
export async function divideInput(
  { references, dataset, identities, sources: readSources }: DescribedInput,
  {
    leaves,
    names,
    maxOutputBytes,
    onLog = () => undefined,
    leastBytes,
  }: {
    readonly leaves: LeftBlocks;
    readonly names: AxisNames;
    readonly maxOutputBytes: number;
    readonly onLog?: (level: 'info', message: string) => void;
    /** See `copyScan`. */
    readonly leastBytes?: number;
  },
  places: Places & { readonly files: PartFiles },
): Promise<DividedInput> {
  const { data, warnings } = dataset;
  const found = scalarsIn(foundIn(dataset));
  const axes = axesOf(data, names.unnamedAxes) ?? [];
  const extent = data.shape[axes.indexOf(leaves.axis)];
  if (extent === undefined) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `The data cannot be split along "${leaves.axis}": its axes are [${axes.join(', ')}].`,
    );
  }
  const blocks = plannedBlocks(extent, leaves);
  const sources = await readSources();
  const described = {
    unnamedAxes: [...names.unnamedAxes],
    companionAxes: Object.fromEntries(Object.entries(names.companionAxes).map(([name, own]) => [name, [...own]])),
    sources: sources.map(({ name, reference, sha256 }) => ({
      name,
      reference,
      sha256,
      identity: identities.get(reference) ?? [],
    })),
    ...(Object.keys(found).length > 0 && { found }),
    ...(warnings && { warnings: [...warnings] }),
  };
  const copy = await copyMain(references, described.sources, { blocks, maxOutputBytes, onLog, leastBytes }, places);
  if (leaves.byReference) {
    const document: InputBlocks = {
      format: 'rondel-input-blocks-2',
      blocks: blocks.map((block) => ({ ...block })),
      ...described,
      ...(copy !== undefined && { copy }),
    };
    const name = putDocument(document, places.files);
    return { parts: blocks.map((_, index) => `${name}.${index}`), sources };
  }
  const { shape, dtype } = data;
  const bytes = shape.reduce((product, length) => product * length, elementSize(dtype));
  requirePartSize('data', { shape, bytes }, maxOutputBytes);
  const parts: string[] = [];
  for (const block of blocks) {
    const dataset = await readInputBlock({ block, ...described, ...(copy !== undefined && { copy }) }, places);
    parts.push(putDataset(dataset, places.files, { block, done: [] }));
  }
  if (copy !== undefined) discardScanCopy(copy, places.files);
  return { parts, sources };
}

/** Throws `CONFLICT` when the files were changed since somebody has looked at them. */
async function copyMain(
  references: DescribedInput['references'],
  sources: InputBlocks['sources'],
  request: Pick<CopyRequest, 'blocks' | 'maxOutputBytes' | 'onLog' | 'leastBytes'>,
  places: Places & { readonly files: PartFiles },
): Promise<string | undefined> {
  const reference = mainReference(references);
  const file = await inputFile(reference, places, linkedReferences(references, 'data'));
  const { files } = places;
  const without = companionNames(references);
  const copy = await copyScan({ ...request, file, reference, without, room: places.room?.(), files });
  if (copy === undefined) return undefined;
  for (const source of sources) await assertUnchanged(source, linkedReferences(references, source.name), places);
  return copy;
}

function scalarsIn(found: Readonly<Record<string, JsonValue>>): Record<string, number | boolean | string> {
  const isScalar = (value: JsonValue) => ['number', 'boolean', 'string'].includes(typeof value);
  return Object.fromEntries(Object.entries(found).filter(([, value]) => isScalar(value))) as Record<
    string,
    number | boolean | string
  >;
}

/** Documents that were read lately: the blocks of a job share one. */
export type InputBlockDocuments = LRUCache<string, InputBlocks>;

export function openInputBlockDocuments(): InputBlockDocuments {
  return new LRUCache({ maxSize: mostDocumentBytes });
}

/** The block of raw data that a part, named by document and index, stands for; undefined for a part that is a dataset. */
export function openInputBlock(
  part: string,
  { files, documents }: { readonly files: PartFiles; readonly documents: InputBlockDocuments },
): InputBlock | undefined {
  const [name = '', index] = part.split('.');
  if (index === undefined) return undefined;
  const document = documents.get(name) ?? readDocument(name, { files, documents });
  const block = document?.blocks[Number(index)];
  if (document !== undefined && block !== undefined) return { ...document, block };
  throw damagedPart({ name, why: `it has no block ${index} as this version leaves them` }, files);
}

function readDocument(
  name: string,
  { files, documents }: { readonly files: PartFiles; readonly documents: InputBlockDocuments },
): InputBlocks | undefined {
  const document = getDocument(name, files);
  if (!Check(InputBlocksSchema, document)) return undefined;
  documents.set(name, document, { size: blockBytes * (document.blocks.length + document.sources.length) });
  return document;
}

/**
 * Reads a block of a job's raw data, and no more of it.
 *
 * Throws `CONFLICT` when a file is no longer what it was when the data was divided.
 */
export async function readInputBlock(
  { block, sources, warnings, found = {}, copy, ...names }: InputBlock,
  places: Places & { readonly files: PartFiles },
): Promise<Dataset> {
  const references = Object.fromEntries(sources.map(({ name, reference }) => [name, reference]));
  const { axis, extent, from, to } = block;
  const ranges = [{ axis, extent, start: from, stop: to, ...names }];
  const copied =
    copy === undefined
      ? undefined
      : (maxBytes: number) => [readScanCopy(copy, block, { files: places.files, maxBytes })];
  const [dataset] = await readInputRanges(references, ranges, { ...names, places, copied });
  if (dataset === undefined) throw new RondelError('INTERNAL', 'A block of the data was not read.');
  for (const source of sources) await assertUnchanged(source, linkedReferences(references, source.name), places);
  return withWarnings(withFound(dataset, found), warnings);
}

/** A copy of the file, in the data root of another machine, has another identity but the same bytes. */
async function assertUnchanged(
  { reference, identity, sha256 }: InputBlock['sources'][number],
  linked: GivenFiles,
  places: Places,
): Promise<void> {
  const file = await inputFile(reference, places, linked);
  if ((await identityOf(file)).join() === identity.join()) return;
  if ((await hashOf(file)) === sha256) return;
  throw new RondelError(
    'CONFLICT',
    `${reference} was changed while the job read it: it no longer has the SHA-256 ${sha256}. Submit again, and leave files as they are while a job reads them.`,
  );
}
