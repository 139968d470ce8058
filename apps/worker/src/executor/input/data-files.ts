import { stat } from 'node:fs/promises';
import {
  elementCount,
  elementSize,
  isRondelError,
  parseDataReference,
  RondelError,
  type ArrayFacts,
  type DatasetFacts,
  type NdArray,
  type Provenance,
} from '@rondel/contracts';
import { defaultLimits, partOfArray, readArray, readArrays, type ArrayRanges } from '@rondel/formats';
import type { DataFile, MemoryRoom, PlacedFile } from '@rondel/reco';
import { resolveReference, type ReferenceSources, type ResolvedReference } from '@rondel/store';
import type { KnownFiles } from './known-files.js';
import { changedMeanwhile, identityOf as identityOfFile, readOptions } from './input-file.js';
import { openReadingRoom } from './reading-room.js';

/** The data files that the steps of a run have opened. */
export interface DataFiles {
  open(reference: string): Promise<DataFile>;
  /**
   * What was opened, with its hash and the name by which the plan knows it. Throws `CONFLICT`, retryable, for a file that is
   * not any more what it was when it was opened.
   */
  readonly sources: () => Promise<Provenance['data']>;
}

export interface DataFilePlaces extends ReferenceSources {
  readonly known: KnownFiles;
  readonly room: () => MemoryRoom;
  /** The files that the plan of the run names. */
  readonly files: readonly IdentifiedFile[];
}

/** A data file that a plan names, as it was when the run began. */
export interface IdentifiedFile extends PlacedFile {
  readonly identity: string;
}

/** Throws `DATA_*` with the path of the property for a file that is not there or may not be read. */
export async function identifyFiles(
  files: readonly PlacedFile[],
  places: ReferenceSources,
): Promise<readonly IdentifiedFile[]> {
  return Promise.all(files.map(async (file) => ({ ...file, identity: await placedIdentity(file, places) })));
}

async function placedIdentity({ path, reference }: PlacedFile, places: ReferenceSources): Promise<string> {
  try {
    return await identityOf(reference, places);
  } catch (error) {
    if (!isRondelError(error)) throw error;
    const { code, message, details, retryable } = error.failure;
    throw new RondelError(code, message, { at: path, details, retryable, cause: error });
  }
}

interface Opened {
  readonly reference: string;
  readonly resolved: ResolvedReference;
  readonly identity: string;
  readonly format: string;
  readonly facts: DatasetFacts;
  /** Small companions by name, once they were read: all together, and kept for the run. */
  readonly small: { companions?: Promise<ReadonlyMap<string, NdArray>> };
}

/**
 * Bytes of a companion that is kept. A file is asked for several of them by several steps, and opening it takes longest: each
 * reading of HDF5 starts a libhdf5.
 */
const smallBytes = 2 ** 20;

/** Opens data files for the steps of one run, each of them once. */
export function openDataFiles(places: DataFilePlaces): DataFiles {
  const opened = new Map<string, Promise<Opened>>();
  return {
    async open(reference) {
      const opening = opened.get(reference) ?? openOne(reference, places);
      opened.set(reference, opening);
      return dataFile(await opening, places);
    },
    async sources() {
      const all: Provenance['data'][number][] = [];
      for (const opening of opened.values()) {
        const file = await opening;
        const { reference, resolved, format } = file;
        const { size: bytes } = await stat(resolved.path);
        const sha256 = await places.known.hashOf(resolved);
        await requireUnchanged(file, places);
        const named = places.files.filter((one) => one.reference === reference);
        all.push(...named.map(({ path: name }) => ({ name, reference, format, sha256, bytes })));
      }
      return all;
    },
  };
}

/** Only files that the plan names can be opened, and only as they were when the run began. */
async function openOne(reference: string, places: DataFilePlaces): Promise<Opened> {
  const named = places.files.find((file) => file.reference === reference);
  if (named === undefined) throw new RondelError('DATA_NOT_FOUND', `${reference} is no file that the plan names.`);
  const resolved = await resolveReference(parseDataReference(reference), places);
  const { identity } = named;
  const { format, ...facts } = await places.known.describe(resolved, identity);
  const file = { reference, resolved, identity, format, facts, small: {} };
  await requireUnchanged(file, places);
  return file;
}

async function identityOf(reference: string, places: ReferenceSources): Promise<string> {
  return JSON.stringify(await identityOfFile(await resolveReference(parseDataReference(reference), places)));
}

async function requireUnchanged({ reference, identity }: Opened, places: DataFilePlaces): Promise<void> {
  if ((await identityOf(reference, places)) === identity) return;
  throw changedMeanwhile(reference);
}

function dataFile(file: Opened, places: DataFilePlaces): DataFile {
  const { resolved, identity, facts, small } = file;
  return {
    label: resolved.label,
    identity,
    facts,
    async read(name, ranges = {}, order) {
      const part = { ranges, order };
      if (!isSmall(facts.companions[name])) return readPart(file, name, part, places);
      const companions = await (small.companions ??= readSmall(file, places));
      const whole = companions.get(name);
      if (whole === undefined) return readPart(file, name, part, places);
      const read = partOfArray(resolved.label, whole, part);
      return read.data === whole.data ? { ...read, data: whole.data.slice() } : read;
    },
  };
}

function isSmall(companion: ArrayFacts | undefined): boolean {
  return companion !== undefined && elementSize(companion.dtype) * elementCount(companion.shape) <= smallBytes;
}

async function readSmall(file: Opened, places: DataFilePlaces): Promise<ReadonlyMap<string, NdArray>> {
  const { resolved, facts } = file;
  const names = Object.keys(facts.companions).filter((name) => isSmall(facts.companions[name]));
  const wanted = Object.fromEntries(names.map((name) => [name, {}]));
  const arrays = await readArrays(resolved.path, wanted, readOptions(resolved));
  await requireUnchanged(file, places);
  return new Map(arrays.map((array, index) => [names[index] ?? '', array]));
}

async function readPart(file: Opened, name: string, part: ArrayRanges, places: DataFilePlaces): Promise<NdArray> {
  const { reference, resolved } = file;
  const { dataset } = await openReadingRoom(places.room()).read(reference, async (maxBytes) => {
    const limits = { maxBytes: Math.min(maxBytes, defaultLimits.maxBytes) };
    const data = await readArray(resolved.path, name, { ...readOptions(resolved), limits, ...part });
    return { dataset: { data, companions: {}, attributes: {} } };
  });
  await requireUnchanged(file, places);
  return dataset.data;
}
