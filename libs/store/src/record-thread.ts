import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { RecordFile, WriteFault } from './record-messages.js';

// One call to the file system costs a thread that may block a fraction of what it costs one that may not. Loads nothing
// but Node.js, so that the thread starts at once and takes little memory.

/** Nobody changes a record; a newer one takes its name. */
const readOnly = 0o444;

parentPort?.on('message', (files: readonly RecordFile[]) => parentPort?.postMessage(writeAll(files)));

/** Each file is on disk and has its name, or its place in what is returned says why not. */
function writeAll(files: readonly RecordFile[]): (WriteFault | undefined)[] {
  const faults = files.map((file) => faultOf(() => writeOne(file)));
  const folders = new Set(files.map(({ path }) => dirname(path)));
  const notSynced = new Map([...folders].map((folder) => [folder, faultOf(() => syncFolder(folder))]));
  return files.map(({ path }, index) => faults[index] ?? notSynced.get(dirname(path)));
}

/** The name survives a power failure once its folder is synchronised, too. */
function writeOne({ part, path, text }: RecordFile): void {
  const { value: file } = inFolder(dirname(part), () => openSync(part, 'wx', readOnly));
  try {
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const folder = dirname(path);
    const { made } = inFolder(folder, () => renameSync(part, path));
    if (made === undefined) return;
    syncFolder(dirname(folder));
    syncFolder(dirname(made));
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Does something in a folder that is nearly always there; makes it when it is not, and tells the first folder made. */
function inFolder<T>(folder: string, work: () => T): { readonly value: T; readonly made?: string | undefined } {
  try {
    return { value: work() };
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const made = mkdirSync(folder, { recursive: true });
    return { value: work(), made };
  }
}

function syncFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function faultOf(work: () => void): WriteFault | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error), code: codeOf(error) };
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
