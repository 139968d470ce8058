import { RondelError, type Dataset, type JsonValue, type NdArray } from '@rondel/contracts';
import { encodeArray, readDataset } from '@rondel/formats';
import type { ResultFiles } from '@rondel/store';
import { readFile } from 'node:fs/promises';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';

const ArraySchema = Type.Object({
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  axes: Type.Optional(Type.Array(Type.String())),
  spacing: Type.Optional(Type.Array(Type.Number())),
  spacingUnit: Type.Optional(Type.String()),
});

/** A dataset between two legs of a job: the arrays are artifacts of their own, the rest stands in this document. */
const DocumentSchema = Type.Object({
  format: Type.Literal('rondel-dataset-1'),
  data: ArraySchema,
  companions: Type.Record(Type.String(), ArraySchema),
  attributes: Type.Record(Type.String(), Type.Unknown()),
});

/** Stores a dataset and returns the SHA-256 of its document. The same dataset has the same one. */
export async function putDataset(dataset: Dataset, store: ResultFiles): Promise<string> {
  const companions: Record<string, Static<typeof ArraySchema>> = {};
  for (const [name, array] of Object.entries(dataset.companions)) companions[name] = await putArray(array, store);
  const document: Static<typeof DocumentSchema> = {
    format: 'rondel-dataset-1',
    data: await putArray(dataset.data, store),
    companions,
    attributes: { ...dataset.attributes },
  };
  return (await store.put([new TextEncoder().encode(JSON.stringify(document))])).sha256;
}

/** Reads a dataset back. Throws `DATA_NOT_FOUND` when an artifact of it is gone. */
export async function getDataset(sha256: string, store: ResultFiles): Promise<Dataset> {
  const document: unknown = JSON.parse(await readFile(await store.localPath(sha256), 'utf8'));
  if (!Check(DocumentSchema, document)) {
    throw new RondelError('INTERNAL', `The artifact sha256-${sha256} is not a dataset that a leg left.`);
  }
  const companions: Record<string, NdArray> = {};
  for (const [name, array] of Object.entries(document.companions)) companions[name] = await getArray(array, store);
  return {
    data: await getArray(document.data, store),
    companions,
    // Written by putDataset from JSON values.
    attributes: document.attributes as Record<string, JsonValue>,
  };
}

async function putArray(array: NdArray, store: ResultFiles): Promise<Static<typeof ArraySchema>> {
  const { sha256 } = await store.put((await encodeArray(array, 'npy')).parts);
  const { axes, spacing, spacingUnit } = array;
  return {
    sha256,
    ...(axes && { axes: [...axes] }),
    ...(spacing && { spacing: [...spacing] }),
    ...(spacingUnit !== undefined && { spacingUnit }),
  };
}

async function getArray({ sha256, ...facts }: Static<typeof ArraySchema>, store: ResultFiles): Promise<NdArray> {
  const { data } = await readDataset(await store.localPath(sha256), { label: `artifact:sha256-${sha256}` });
  return { ...data, ...facts };
}
