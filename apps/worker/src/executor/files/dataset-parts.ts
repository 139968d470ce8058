import { readFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import {
  addWarnings,
  foundIn,
  RondelError,
  type CarriedWarning,
  type Dataset,
  type JsonValue,
} from '@rondel/contracts';
import type { PartFiles } from '@rondel/store';
import { encodeDataset, openDatasetFile, type DatasetFile, type LeftAs } from './dataset-file.js';

/** Companions from this size on, that blocks have in common, are written once. */
const sharedBytes = 2 ** 20;

/** Writes a dataset as a part and returns its name. The same dataset, left as the same, has the same one. */
export function putDataset(dataset: Dataset, files: PartFiles, left: LeftAs = {}): string {
  const { name, pieces, shared } = encodeDataset(dataset, { ...left, apart: sharedBytes });
  for (const each of shared) files.put(each.name, each.pieces);
  files.put(name, pieces);
  return name;
}

/**
 * Opens a dataset that a sub-job left. It and `load` throw what `damagedPart` makes when it, or a companion, is not what it
 * was.
 */
export function openDatasetPart(name: string, files: PartFiles): DatasetFile {
  const place = (part: string) => ({
    path: files.path(part),
    damaged: (why: string) => damagedPart({ name: part, why }, files),
  });
  return openDatasetFile(files.path(name), { name, ...place(name), shared: place });
}

/** What several datasets are warned of together. Throws as `openDatasetPart`. */
export function warningsOf(names: readonly string[], files: PartFiles): CarriedWarning[] {
  return addWarnings(...names.map((name) => openDatasetPart(name, files).loadWarnings()));
}

/** What was found on the way to datasets, as their blocks agree on it. Throws as `openDatasetPart`. */
export function foundOf([first]: readonly string[], files: PartFiles): Readonly<Record<string, JsonValue>> {
  if (first === undefined) return {};
  const { attributes } = openDatasetPart(first, files).header;
  // Written from a dataset, and compared with the hash in its name.
  return foundIn({ attributes: attributes as Dataset['attributes'] });
}

/** Writes a small document as a part and returns its name. */
export function putDocument(document: object, files: PartFiles): string {
  const bytes = Buffer.from(JSON.stringify(document));
  const name = hashOf(bytes);
  files.put(name, [bytes]);
  return name;
}

/** Reads what `putDocument` wrote. Throws what `damagedPart` makes when it is not what it was. */
export function getDocument(name: string, files: PartFiles): unknown {
  const bytes = readDocument(name, files);
  if (hashOf(bytes) !== name) throw damagedPart({ name, why: 'it no longer has the SHA-256 of its name' }, files);
  return JSON.parse(bytes.toString());
}

function readDocument(name: string, files: PartFiles): Buffer {
  try {
    return readFileSync(files.path(name));
  } catch (error) {
    throw damagedPart({ name, why: error instanceof Error ? error.message : String(error) }, files);
  }
}

function hashOf(bytes: Uint8Array): string {
  return hash('sha256', bytes);
}

/**
 * `CONFLICT` for a part that is not what the sub-job before left, as after a power failure. Its details make the supervisor
 * start the job over; the file goes, so that it is written again.
 */
export function damagedPart({ name, why }: { readonly name: string; readonly why: string }, files: PartFiles) {
  files.discard(name);
  return new RondelError(
    'CONFLICT',
    `A part of the job that the stage before left is damaged: ${why}. Submit again, and look after the disk that the store lies on.`,
    { retryable: true, details: { lostPart: name } },
  );
}
