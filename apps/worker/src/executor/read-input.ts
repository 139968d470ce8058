import { parseDataReference, RondelError, type Dataset, type NdArray, type Provenance } from '@rondel/contracts';
import { readDataset } from '@rondel/formats';
import { hashFile, resolveReference, type ArtifactStore } from '@rondel/store';
import { stat } from 'node:fs/promises';

export interface Input {
  readonly dataset: Dataset;
  /** Where every part came from, with the hash of its bytes. */
  readonly sources: Provenance['data'];
}

interface Places {
  readonly store: ArtifactStore;
  readonly roots: Readonly<Record<string, string>>;
}

/**
 * Reads everything a job refers to. The reference named `data` is the main array; arrays under other names join its
 * companions and replace those of the same name that came with it.
 */
export async function readInput(references: Readonly<Record<string, string>>, places: Places): Promise<Input> {
  const main = references.data;
  if (main === undefined) {
    throw new RondelError('DATA_NOT_FOUND', 'The submission names several data references but none is called "data".');
  }
  const { dataset, source } = await readOne('data', main, places);
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

async function readOne(name: string, reference: string, places: Places) {
  const resolved = await resolveReference(parseDataReference(reference), places);
  const { format, ...dataset } = await readDataset(resolved.path, {
    label: reference,
    ...(resolved.dataset !== undefined && { dataset: resolved.dataset }),
  });
  const { size } = await stat(resolved.path);
  const sha256 = resolved.sha256 ?? (await hashFile(resolved.path));
  return { dataset, source: { name, reference, sha256, bytes: size, format } };
}
