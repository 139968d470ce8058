import { statSync, type Stats } from 'node:fs';
import { defaultLimits, readDataset, type ReadDataset } from '@rondel/formats';
import { LRUCache } from 'lru-cache';
import { bytesOfDataset, copyOfDataset } from './copied-dataset.js';
import { bytesOf, readOptions, type InputFile } from './input-file.js';
import { claimedBytes } from './reading-room.js';

/** Larger files take so long to compute with that reading them is nothing. */
const largestFile = 2 ** 20;
const mostBytes = 8 * 2 ** 20;
/** What is held beside the values. */
const entryBytes = 1024;

/** A file as it was read, and its length. */
export interface ReadFile {
  readonly dataset: ReadDataset;
  readonly bytes: number;
}

/** Reads raw data of which the jobs of a sweep, or the blocks of one job, want the same small file again and again. */
export interface HeldInputs {
  /** Reads all of a file but the companions `without`, or copies what was read before: the arrays belong to the caller. */
  read(file: InputFile, options?: HeldReading): Promise<ReadFile>;
  /**
   * The same for a file that is held or will be; undefined for any other. A small file may say that it is large, as one of
   * HDF5 need not hold what it has shapes for: such a one is not read.
   */
  readSmall(file: InputFile, without?: readonly string[]): Promise<ReadFile | undefined>;
}

export interface HeldReading {
  readonly without?: readonly string[] | undefined;
  /** Bytes that the arrays may take in memory, see `ReadLimits`. */
  readonly maxBytes?: number | undefined;
}

interface Held {
  readonly file: ReadFile;
  readonly ino: number;
}

/**
 * Holds artifacts only: their names say what is in them. One whose file was replaced, as a damaged one is, is read again.
 */
export function openHeldInputs(): HeldInputs {
  const held = new LRUCache<string, Held>({ maxSize: mostBytes });
  const readAs = async (
    resolved: InputFile,
    { ino, size }: Stats,
    { without = [], maxBytes = defaultLimits.maxBytes }: HeldReading,
  ): Promise<ReadFile> => {
    const { path, label, sha256, linked, axes = [] } = resolved;
    const key = [label, axes.join(), ...without].join(' ');
    // What lies in other files, too, is not named by this one.
    const isHeld = sha256 !== undefined && linked === undefined;
    const found = isHeld ? held.get(key) : undefined;
    if (found?.ino === ino && found.file.bytes === size) return copyOf(found.file);
    const dataset = await readDataset(path, { ...readOptions(resolved, without), limits: { maxBytes } });
    const file = { dataset, bytes: bytesOf(resolved) };
    const taken = bytesOfDataset(dataset);
    if (!isHeld || size > largestFile || taken > largestFile) return file;
    held.set(key, { file, ino }, { size: taken + entryBytes });
    return copyOf(file);
  };
  return {
    read: (resolved, options = {}) => readAs(resolved, statSync(resolved.path), options),
    async readSmall(resolved, without = []) {
      if (resolved.sha256 === undefined || resolved.linked !== undefined) return undefined;
      const status = statSync(resolved.path);
      if (status.size > largestFile) return undefined;
      try {
        return await readAs(resolved, status, { without, maxBytes: largestFile });
      } catch (error) {
        if (claimedBytes(error) === undefined) throw error;
        return undefined;
      }
    },
  };
}

function copyOf({ dataset, bytes }: ReadFile): ReadFile {
  return { bytes, dataset: copyOfDataset(dataset) };
}
