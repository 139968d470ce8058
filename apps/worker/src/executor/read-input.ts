import { parseDataReference, RondelError, type Dataset, type NdArray, type Provenance } from '@rondel/contracts';
import { describeData, readDataset, type AxisRange } from '@rondel/formats';
import { hashFile, resolveReference, type ArtifactStore, type ResolvedReference } from '@rondel/store';
import { statSync } from 'node:fs';
import { blocking } from './small-files.js';

export interface Input {
  readonly dataset: Dataset;
  /** Where every part came from, with the hash of its bytes. */
  readonly sources: Provenance['data'];
}

export interface Places {
  readonly store: ArtifactStore;
  readonly roots: Readonly<Record<string, string>>;
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
  const { format, ...dataset } = await readDataset(resolved.path, readOptions(resolved));
  return { dataset, source: { name, reference, format, ...(await fileFacts(resolved)) } };
}

function readOptions({ label, dataset }: ResolvedReference) {
  return { label, ...blocking, ...(dataset !== undefined && { dataset }) };
}

async function fileFacts({ path, sha256 }: ResolvedReference): Promise<{ sha256: string; bytes: number }> {
  const { size } = statSync(path);
  return { sha256: sha256 ?? (await hashFile(path, blocking)), bytes: size };
}

/** As `readInput`, but only a range of what it would read: of the main array, and of companions that have the axis. */
export async function readInputRange(
  references: Readonly<Record<string, string>>,
  range: AxisRange,
  places: Places,
): Promise<Dataset> {
  const main = await resolveReference(parseDataReference(mainReference(references)), places);
  const { data, companions: own, attributes } = await readDataset(main.path, { ...readOptions(main), range });
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

/** What `readInput` would read, without reading its values. */
export async function describeInput(
  references: Readonly<Record<string, string>>,
  places: Places,
): Promise<{ readonly data: Pick<NdArray, 'shape' | 'axes'>; readonly sources: Provenance['data'] }> {
  const main = mainReference(references);
  const describe = async (name: string, reference: string) => {
    const resolved = await resolveReference(parseDataReference(reference), places);
    const { format, ...data } = await describeData(resolved.path, readOptions(resolved));
    return { data, source: { name, reference, format, ...(await fileFacts(resolved)) } };
  };
  const { data, source } = await describe('data', main);
  const sources = [source];
  for (const [name, reference] of Object.entries(references)) {
    if (name !== 'data') sources.push((await describe(name, reference)).source);
  }
  return { data, sources };
}
