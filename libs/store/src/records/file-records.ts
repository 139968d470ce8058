import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RondelError, type JsonValue } from '@rondel/contracts';
import type { ArtifactStore, ListOptions, RecordEntry } from '../artifact-store.js';
import { erasureOf } from './file-tombstones.js';
import { checkUlid } from '../files/identifiers.js';
import type { RecordFile } from './record-messages.js';
import { openRecordWriter } from './record-writer.js';
import { unlessMissing } from '../files/store-errors.js';
import { bucketLength, type StoreFolders } from '../files/store-folders.js';

const maximumRecordBytes = 4 * 1024 ** 2;
const defaultLimit = 50;
const maximumLimit = 1000;
const fileName = /^([0-9A-HJKMNP-TV-Z]{26})\.json$/;

/** The part of a file store that keeps records. */
export function fileRecords(
  folders: StoreFolders,
  { willRecord = false }: { readonly willRecord?: boolean },
): Pick<ArtifactStore, 'putRecord' | 'getRecord' | 'listRecords' | 'erasedAt' | 'erasedFrom'> {
  const write = openRecordWriter(willRecord);
  return {
    putRecord: async (id, record) => write(recordFile(folders, id, record)),
    erasedAt: async (id) => (await erasureOf(folders, id))?.erasedAt,
    erasedFrom: async (id) => (await erasureOf(folders, id))?.project,
    getRecord: (id) => getRecord(folders, id),
    listRecords: (options = {}) => listRecords(folders, options),
  };
}

function recordFile(folders: StoreFolders, id: string, record: object | JsonValue): RecordFile {
  checkUlid(id);
  const text = JSON.stringify(record);
  const bytes = Buffer.byteLength(text);
  if (bytes > maximumRecordBytes) {
    throw new RondelError('QUOTA_EXCEEDED', `The record ${id} has ${bytes} bytes, the limit is ${maximumRecordBytes}.`);
  }
  return {
    part: join(folders.incoming, `${randomUUID()}.part`),
    path: folders.record(id),
    text,
    erased: folders.erased(id),
  };
}

async function getRecord(folders: StoreFolders, id: string): Promise<JsonValue | undefined> {
  checkUlid(id);
  const text = await unlessMissing(readFile(folders.record(id), 'utf8'));
  return text === undefined ? undefined : parseRecord(id, text);
}

function parseRecord(id: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new RondelError('INTERNAL', `The record ${id} in the artifact store is damaged. Restore it from a backup.`, {
      cause: error,
    });
  }
}

async function listRecords(folders: StoreFolders, options: ListOptions): Promise<readonly RecordEntry[]> {
  const { limit = defaultLimit, before } = options;
  if (before !== undefined) checkUlid(before);
  if (!Number.isInteger(limit) || limit < 1 || limit > maximumLimit) {
    throw new RondelError('INVALID_REQUEST', `limit must be an integer from 1 to ${maximumLimit}, got ${limit}.`);
  }
  const entries: RecordEntry[] = [];
  for await (const id of newestIds(folders, before)) {
    const record = await getRecord(folders, id);
    if (record !== undefined) entries.push({ id, record });
    if (entries.length >= limit) break;
  }
  return entries;
}

/** Ids that sort before `before`, newest first; reads one bucket at a time. */
async function* newestIds(folders: StoreFolders, before: string | undefined): AsyncGenerator<string> {
  for (const bucket of await namesIn(folders.records)) {
    if (before !== undefined && bucket > before.slice(0, bucketLength)) continue;
    for (const name of await namesIn(join(folders.records, bucket))) {
      const id = fileName.exec(name)?.[1];
      if (id !== undefined && (before === undefined || id < before)) yield id;
    }
  }
}

/** Entries of a folder, last in the alphabet first; none when the folder is not there. */
async function namesIn(folder: string): Promise<string[]> {
  const names = (await unlessMissing(readdir(folder))) ?? [];
  return names.sort().reverse();
}
