import { statSync } from 'node:fs';
import { parseDataReference, RondelError, type Dataset, type NdArray, type Provenance } from '@rondel/contracts';
import { describeData, readDataset, type AxisRange } from '@rondel/formats';
import { hashFile, resolveReference, type ArtifactStore, type ResolvedReference } from '@rondel/store';
import { cutDataset } from '@rondel/reco';
import type { HeldInputs } from './held-inputs.js';
import { nameAxes } from './named-axes.js';
import { blocking } from './small-files.js';

export interface Input {
  readonly dataset: Dataset;
  /** Where every part came from, with the hash of its bytes. */
  readonly sources: Provenance['data'];
}

export interface Places {
  readonly store: ArtifactStore;
  readonly roots: Readonly<Record<string, string>>;
  readonly held: HeldInputs;
}

/**
 * Reads everything a job refers to. The reference named `data` is the main array; arrays under other names join its
 * companions and replace those of the same name that came with it.
 */
export async function readInput(references: Readonly<Record<string, string>>, places: Places): Promise<Input> {
  const { dataset, source } = await readOne('data', mainReference(references), places);
  const companions: Record<string, NdArray> = { ...dataset.companions };
  const sources = [source];
  for (const [name, reference] of Object.entries(references)) {
    if (name === 'data') continue;
    const companion = await readOne(name, reference, places);
    companions[name] = companion.dataset.data;
    sources.push(companion.source);
  }
  return { dataset: { ...dataset, companions }, sources };
}

/** The reference to the main array. Throws `DATA_NOT_FOUND`. */
export function mainReference(references: Readonly<Record<string, string>>): string {
  if (references.data !== undefined) return references.data;
  throw new RondelError('DATA_NOT_FOUND', 'The submission names several data references but none is called "data".');
}

async function readOne(name: string, reference: string, places: Places) {
  const resolved = await resolveReference(parseDataReference(reference), places);
  const { dataset: read, bytes } = await places.held.read(resolved);
  const { format, ...dataset } = read;
  return { dataset, source: { name, reference, format, sha256: await hashOf(resolved), bytes } };
}

function readOptions({ label, dataset }: ResolvedReference) {
  return { label, ...blocking, ...(dataset !== undefined && { dataset }) };
}

async function hashOf({ path, sha256 }: ResolvedReference): Promise<string> {
  return sha256 ?? (await hashFile(path, blocking));
}

/** As `readInput`, but only a range of what it would read: of the main array, and of companions that have the axis. */
export async function readInputRange(
  references: Readonly<Record<string, string>>,
  range: AxisRange,
  places: Places,
): Promise<Dataset> {
  const main = await resolveReference(parseDataReference(mainReference(references)), places);
  const { data, companions: own, attributes } = await readRange(main, range, places);
  const companions: Record<string, NdArray> = { ...own };
  for (const [name, reference] of Object.entries(references)) {
    if (name === 'data') continue;
    const resolved = await resolveReference(parseDataReference(reference), places);
    const { axes, shape } = await describeData(resolved.path, readOptions(resolved));
    const cut = shape[axes?.indexOf(range.axis) ?? -1] === range.extent;
    companions[name] = (await readDataset(resolved.path, { ...readOptions(resolved), ...(cut && { range }) })).data;
  }
  return { data, companions, attributes };
}

async function readRange(file: ResolvedReference, range: AxisRange, { held }: Places): Promise<Dataset> {
  const small = await held.readSmall(file);
  const whole = small && nameAxes(small.dataset, range.unnamedAxes ?? []);
  // A file that does not have the range is refused by whoever reads it.
  if (whole?.data.shape[whole.data.axes?.indexOf(range.axis) ?? -1] === range.extent) return cutDataset(whole, range);
  return readDataset(file.path, { ...readOptions(file), range });
}

/** What `readInput` would read, without reading its values. */
export async function describeInput(
  references: Readonly<Record<string, string>>,
  places: Places,
): Promise<{ readonly data: Pick<NdArray, 'shape' | 'axes'>; readonly sources: Provenance['data'] }> {
  const main = mainReference(references);
  const describe = async (name: string, reference: string) => {
    const resolved = await resolveReference(parseDataReference(reference), places);
    const { data, format, bytes } = await describeOne(resolved, places);
    return { data, source: { name, reference, format, sha256: await hashOf(resolved), bytes } };
  };
  const { data, source } = await describe('data', main);
  const sources = [source];
  for (const [name, reference] of Object.entries(references)) {
    if (name !== 'data') sources.push((await describe(name, reference)).source);
  }
  return { data, sources };
}

async function describeOne(file: ResolvedReference, { held }: Places) {
  const small = await held.readSmall(file);
  if (small !== undefined) return { data: small.dataset.data, format: small.dataset.format, bytes: small.bytes };
  const { format, ...data } = await describeData(file.path, readOptions(file));
  return { data, format, bytes: statSync(file.path).size };
}
