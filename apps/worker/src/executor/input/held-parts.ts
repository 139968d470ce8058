import { statSync } from 'node:fs';
import type { Dataset, Provenance } from '@rondel/contracts';
import { LRUCache } from 'lru-cache';
import { mostHeldBytes } from '../memory/held-bytes.js';
import { bytesOfDataset, copyOfDataset } from './copied-dataset.js';
import { identityOf, isPart, type InputFile } from './input-file.js';

/** What was read of a file, with where it came from. */
export interface ReadPart {
  readonly dataset: Dataset;
  readonly source: Provenance['data'][number];
}

/** Which part of which file, and what of it is left out. */
export interface WantedPart {
  readonly name: string;
  readonly file: InputFile;
  readonly without: readonly string[];
}

/**
 * Slices and other parts of scans as they were read: whoever tries values on one slice wants the same again and again, and of a scan
 * in many files, or in compressed chunks, to read it takes longer than to reconstruct it.
 */
export interface HeldParts {
  /** A part that is held for files that are as they were; else `read` reads it. The arrays belong to the caller. */
  take(wanted: WantedPart, read: () => Promise<ReadPart>): Promise<ReadPart>;
}

/** What is held beside the values. */
const entryBytes = 1024;

/** @param hostBytes Memory that one job may take. */
export function openHeldParts(hostBytes: number): HeldParts {
  const mostBytes = mostHeldBytes(hostBytes);
  const held = new LRUCache<string, ReadPart>({ maxSize: mostBytes });
  return {
    async take(wanted, read) {
      if (!isPart(wanted.file)) return read();
      const key = await keyOf(wanted);
      const found = held.get(key);
      if (found !== undefined) return { ...found, dataset: copyOfDataset(found.dataset) };
      const part = await read();
      const size = bytesOfDataset(part.dataset) + entryBytes;
      if (size <= mostBytes) held.set(key, { ...part, dataset: copyOfDataset(part.dataset) }, { size });
      return part;
    },
  };
}

/** Files of data roots change. Artifacts do not, but a damaged one is replaced. */
async function keyOf({ name, file, without }: WantedPart): Promise<string> {
  const { path, stack: _, linked: __, ...asked } = file;
  const { ino, size } = statSync(path);
  const copy = file.sha256 === undefined ? [] : [ino, size];
  return JSON.stringify([name, asked, await identityOf(file), copy, without]);
}
