import {
  RondelError,
  withWarnings,
  type ArrayFacts,
  type Dataset,
  type NdArray,
  type Provenance,
} from '@rondel/contracts';
import { describeData, putInOrder, readRanges, type AxisRange } from '@rondel/formats';
import type { ArtifactStore, MayRead } from '@rondel/store';
import { cutDataset, type MemoryRoom } from '@rondel/reco';
import type { HeldInputs } from './held-inputs.js';
import type { HeldParts, ReadPart } from './held-parts.js';
import { hashDataset } from '../files/dataset-hash.js';
import { asField, fieldFile } from './field-images.js';
import {
  bytesOf,
  changedMeanwhile,
  hashOf,
  identityOf,
  inputFile,
  type GivenFiles,
  isPart,
  readOptions,
  type InputFile,
  type KnownLinks,
} from './input-file.js';
import { companionReferences, linkedReferences } from './linked-data.js';
import { axesOf, nameAxes, type AxisNames } from './named-axes.js';
import { isOutOfRoom, openReadingRoom, requireReadingRoom, type ReadingRoom } from './reading-room.js';
import type { DescribedInput } from './described-input.js';

export interface Input {
  readonly dataset: Dataset;
  /** Where every part came from, with the hash of its bytes. */
  readonly sources: Provenance['data'];
}

export interface Places {
  readonly store: ArtifactStore;
  readonly roots: Readonly<Record<string, string>>;
  readonly mayRead?: MayRead;
  readonly held: HeldInputs;
  /** Absent: every part is read. */
  readonly heldParts?: HeldParts;
  readonly links?: KnownLinks | undefined;
  /** What arrays may take of the memory, as it is now; absent: what readers allow. */
  readonly room?: () => MemoryRoom;
}

/** Jobs whose arrays take no more than this are read without a look at all of them before. */
const readAtOnce = 64 * 2 ** 20;
const anyRoom: MemoryRoom = { memoryBytes: Infinity };

/**
 * Reads everything a job refers to. The reference named `data` is the main array; arrays under other names join its
 * companions and replace those of the same name that came with it. Warnings are those of all files.
 *
 * Throws `OUT_OF_MEMORY` for files that together say that they take more than the room, before large ones are read.
 *
 * @param describe Looks at the references, unless somebody has.
 */
export async function readInput(
  references: Readonly<Record<string, string>>,
  places: Places,
  describe = () => describeInput(references, places),
): Promise<Input> {
  const room = places.room?.() ?? anyRoom;
  const available = room.hostBytes ?? room.memoryBytes;
  try {
    const little = openReadingRoom({ memoryBytes: Math.min(readAtOnce, available) });
    return await readAll(references, little, places);
  } catch (error) {
    if (!isOutOfRoom(error)) throw error;
  }
  requireReadingRoom(await describe(), room);
  return readAll(references, openReadingRoom(room), places);
}

/** One file after the other. Throws as `ReadingRoom` once there is no room. */
async function readAll(
  references: Readonly<Record<string, string>>,
  room: ReadingRoom,
  places: Places,
): Promise<Input> {
  const { dataset, source } = await readOne(
    {
      name: 'data',
      reference: mainReference(references),
      without: companionNames(references),
      linked: linkedReferences(references, 'data'),
    },
    room,
    places,
  );
  const companions: Record<string, NdArray> = { ...dataset.companions };
  const warnings: Dataset['warnings'][] = [];
  const sources: Provenance['data'][number][] = [source];
  for (const [name, reference] of companionReferences(references)) {
    const companion = await readOne({ name, reference }, room, places);
    companions[name] = companion.dataset.data;
    warnings.push(companion.dataset.warnings);
    sources.push(companion.source);
  }
  for (const linked of linkedReferences(references, 'data')) sources.push(await linkedSource(linked, places));
  return { dataset: withWarnings({ ...dataset, companions }, ...warnings), sources };
}

/** A file that the data links to, as provenance names it. */
async function linkedSource(
  [name, reference]: readonly [name: string, reference: string],
  places: Places,
): Promise<Provenance['data'][number]> {
  const file = await inputFile(reference, places);
  return { name, reference, format: 'hdf5', sha256: await hashOf(file), bytes: bytesOf(file) };
}

/** What comes from files of its own, and so takes the place of what lies beside the main array. */
export function companionNames(references: Readonly<Record<string, string>>): string[] {
  return companionReferences(references)
    .map(([name]) => name)
    .sort();
}

/** The reference to the main array. Throws `DATA_NOT_FOUND`. */
export function mainReference(references: Readonly<Record<string, string>>): string {
  if (references.data !== undefined) return references.data;
  throw new RondelError('DATA_NOT_FOUND', 'The submission names several data references but none is called "data".');
}

async function readOne(
  {
    name,
    reference,
    without = [],
    linked,
  }: { name: string; reference: string; without?: readonly string[]; linked?: GivenFiles },
  room: ReadingRoom,
  places: Places,
) {
  const resolved = await fieldFile(name, await inputFile(reference, places, linked));
  const readPart = async (maxBytes: number): Promise<ReadPart> => {
    const before = await identityOf(resolved);
    const { dataset: read, bytes } = await places.held.read(resolved, { without, maxBytes });
    const { format, ...found } = read;
    const dataset = asField(name, found);
    // Of a part of a file that has no hash yet only that part is read, and hashed.
    const sha256 = isPart(resolved) && resolved.sha256 === undefined ? hashDataset(dataset) : await hashOf(resolved);
    // Else the image may be of neither state of the file, or the hash of the other one.
    if ((await identityOf(resolved)).join() !== before.join()) throw changedMeanwhile(reference);
    return { dataset, source: { name, reference, format, sha256, bytes } };
  };
  return room.read(reference, (maxBytes) => {
    const read = () => readPart(maxBytes);
    return places.heldParts?.take({ name, file: resolved, without }, read) ?? read();
  });
}

/**
 * As `readInput`, but only ranges of what it would read: of the main array, and of companions that have the axis. What ranges have
 * in the same chunks of a compressed file is decompressed once.
 */
export async function readInputRanges(
  references: Readonly<Record<string, string>>,
  ranges: readonly AxisRange[],
  {
    companionAxes,
    places,
    copied,
  }: Pick<AxisNames, 'companionAxes'> & {
    readonly places: Places;
    /** Reads what the file of the main array has of the ranges, where that was copied. */
    readonly copied?: ((maxBytes: number) => readonly Dataset[]) | undefined;
  },
): Promise<readonly Dataset[]> {
  const room = openReadingRoom(places.room?.() ?? anyRoom);
  const reference = mainReference(references);
  const main = await inputFile(reference, places, linkedReferences(references, 'data'));
  const without = companionNames(references);
  const read = await room.readAll(reference, async (maxBytes) =>
    copied
      ? copied(maxBytes).map((dataset) => ({ dataset }))
      : readRangesOf(main, ranges, { without, maxBytes }, places),
  );
  const companions = read.map(({ dataset }): Record<string, NdArray> => ({ ...dataset.companions }));
  const warnings = read.map(({ dataset }) => [dataset.warnings]);
  for (const [name, reference] of companionReferences(references)) {
    const resolved = await fieldFile(name, await inputFile(reference, places));
    const { dataset: described } = await describeOne(resolved, places);
    const named = { unnamedAxes: companionAxes[name] ?? [] };
    const axes = axesOf(described.data, named.unnamedAxes);
    const cut = ranges.every(({ axis, extent }) => described.data.shape[axes?.indexOf(axis) ?? -1] === extent);
    const parts = await room.readAll(reference, async (maxBytes) => {
      if (cut) {
        const own = ranges.map((range) => ({ ...range, ...named }));
        return readRangesOf(resolved, own, { maxBytes }, places);
      }
      const whole = await places.held.read(resolved, { maxBytes });
      return ranges.map(() => whole);
    });
    parts.forEach(({ dataset: part }, index) => {
      const own = companions[index];
      if (own) own[name] = asField(name, part).data;
      warnings[index]?.push(part.warnings);
    });
  }
  return read.map(({ dataset: { data, attributes } }, index) => {
    const ordered = Object.entries(companions[index] ?? {}).map(
      ([name, array]) => [name, inNamedOrder(array)] as const,
    );
    return withWarnings<Dataset>(
      { data: inNamedOrder(data), companions: Object.fromEntries(ordered), attributes },
      ...(warnings[index] ?? []),
    );
  });
}

function inNamedOrder(array: NdArray): NdArray {
  const { axes: names } = array;
  return names === undefined ? array : putInOrder(array, { names, reversed: [] }, 'The data');
}

/** Ranges of one file, of which a small one is read once. */
async function readRangesOf(
  file: InputFile,
  ranges: readonly AxisRange[],
  { without, maxBytes }: { readonly without?: readonly string[]; readonly maxBytes: number },
  { held }: Places,
): Promise<readonly { readonly dataset: Dataset }[]> {
  const small = await held.readSmall(file, without);
  const whole = small && nameAxes(small.dataset, { unnamedAxes: ranges[0]?.unnamedAxes ?? [], companionAxes: {} });
  // A file that does not have a range is refused by whoever reads it.
  if (ranges.every(({ axis, extent }) => whole?.data.shape[whole.data.axes?.indexOf(axis) ?? -1] === extent) && whole) {
    return ranges.map((range) => ({ dataset: cutDataset(whole, range) }));
  }
  const read = await readRanges(file.path, ranges, { ...readOptions(file, without), limits: { maxBytes } });
  return read.map((dataset) => ({ dataset }));
}

/** Looks at all that a job refers to. Throws as `readInput`, but for no limit of size. */
export async function describeInput(
  references: Readonly<Record<string, string>>,
  places: Places,
): Promise<DescribedInput> {
  const identities = new Map<string, string[]>();
  const describe = async (name: string, reference: string) => {
    const resolved = await fieldFile(name, await inputFile(reference, places, linkedReferences(references, name)));
    identities.set(reference, await identityOf(resolved));
    const { dataset, ...facts } = await describeOne(
      resolved,
      places,
      name === 'data' ? companionNames(references) : [],
    );
    const source = async () => ({ name, reference, ...facts, sha256: await hashOf(resolved) });
    return { dataset: asField(name, dataset), source };
  };
  const main = await describe('data', mainReference(references));
  const companions: Record<string, ArrayFacts> = { ...main.dataset.companions };
  const warnings: Dataset['warnings'][] = [];
  const sources: (() => Promise<Provenance['data'][number]>)[] = [main.source];
  for (const [name, reference] of companionReferences(references)) {
    const { dataset, source } = await describe(name, reference);
    companions[name] = dataset.data;
    warnings.push(dataset.warnings);
    sources.push(source);
  }
  for (const linked of linkedReferences(references, 'data')) {
    identities.set(linked[1], await identityOf(await inputFile(linked[1], places)));
    sources.push(() => linkedSource(linked, places));
  }
  return {
    references,
    dataset: withWarnings({ ...main.dataset, companions }, ...warnings),
    identities,
    async sources() {
      const known: Provenance['data'][number][] = [];
      for (const source of sources) known.push(await source());
      return known;
    },
  };
}

async function describeOne(file: InputFile, { held }: Places, without: readonly string[] = []) {
  const small = await held.readSmall(file, without);
  const { format, ...dataset } = small?.dataset ?? (await describeData(file.path, readOptions(file, without)));
  return { dataset, format, bytes: small?.bytes ?? bytesOf(file) };
}

/** Bytes of the files with the main array, as it is stored. */
export async function mainBytes(references: Readonly<Record<string, string>>, places: Places): Promise<number> {
  return bytesOf(await inputFile(mainReference(references), places, linkedReferences(references, 'data')));
}
