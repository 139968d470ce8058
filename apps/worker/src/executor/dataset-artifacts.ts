import { RondelError, type Dataset, type JsonValue, type NdArray } from '@rondel/contracts';
import { encodeArray, readDataset } from '@rondel/formats';
import type { Block } from '@rondel/reco';
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

const count = Type.Integer({ minimum: 0 });
export const BlockSchema = Type.Object({
  axis: Type.String(),
  extent: count,
  start: count,
  stop: count,
  from: count,
  to: count,
});

/** A dataset between two legs of a job: the arrays are artifacts of their own, the rest stands in this document. */
const DocumentSchema = Type.Object({
  format: Type.Literal('rondel-dataset-1'),
  data: ArraySchema,
  companions: Type.Record(Type.String(), ArraySchema),
  attributes: Type.Record(Type.String(), Type.Unknown()),
  /** Which part of a whole it is; absent: the whole. */
  block: Type.Optional(BlockSchema),
});

export type DatasetDocument = Static<typeof DocumentSchema>;

/** Stores a dataset and returns the SHA-256 of its document. The same dataset, as the same block, has the same one. */
export async function putDataset(dataset: Dataset, store: ResultFiles, block?: Block): Promise<string> {
  const companions: Record<string, Static<typeof ArraySchema>> = {};
  for (const [name, array] of Object.entries(dataset.companions)) companions[name] = await putArray(array, store);
  const document: Static<typeof DocumentSchema> = {
    format: 'rondel-dataset-1',
    data: await putArray(dataset.data, store),
    companions,
    attributes: { ...dataset.attributes },
    ...(block && { block: { ...block } }),
  };
  return putDocument(document, store);
}

/** Stores a small document and returns its SHA-256. */
export async function putDocument(document: object, store: ResultFiles): Promise<string> {
  return (await store.put([new TextEncoder().encode(JSON.stringify(document))])).sha256;
}

/** Reads a document of whatever kind. Throws `DATA_NOT_FOUND` when it is gone. */
export async function getDocument(sha256: string, store: ResultFiles): Promise<unknown> {
  return JSON.parse(await readFile(await store.localPath(sha256), 'utf8'));
}

/** The document of a dataset, without its arrays. Throws `DATA_NOT_FOUND` when it is gone. */
export async function getDatasetDocument(sha256: string, store: ResultFiles): Promise<DatasetDocument> {
  return asDatasetDocument(await getDocument(sha256, store), sha256);
}

/** Throws `INTERNAL` for what no leg left. */
export function asDatasetDocument(document: unknown, sha256: string): DatasetDocument {
  if (Check(DocumentSchema, document)) return document;
  throw new RondelError('INTERNAL', `The artifact sha256-${sha256} is not a dataset that a leg left.`);
}

/** Reads a dataset back. Throws `DATA_NOT_FOUND` when an artifact of it is gone. */
export async function getDataset(sha256: string, store: ResultFiles): Promise<Dataset> {
  return loadDataset(await getDatasetDocument(sha256, store), store);
}

/** Reads the arrays of a dataset. Throws `DATA_NOT_FOUND` when one is gone. */
export async function loadDataset(document: DatasetDocument, store: ResultFiles): Promise<Dataset> {
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
