import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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
  const faults = new Map<RecordFile, WriteFault>();
  // One after the other is a commit of the file system for each; all written before the first is synchronised share one.
  for (const step of [writePart, syncPart, nameIt, removeIfErased]) {
    for (const file of files) {
      const fault = faults.get(file) ?? faultOf(() => orRemoved(file, step));
      if (fault !== undefined) faults.set(file, fault);
    }
  }
  const folders = new Set(files.map(({ path }) => dirname(path)));
  const notSynced = new Map([...folders].map((folder) => [folder, faultOf(() => sync(folder))]));
  return files.map((file) => faults.get(file) ?? notSynced.get(dirname(file.path)));
}

function orRemoved(file: RecordFile, step: (file: RecordFile) => void): void {
  try {
    step(file);
  } catch (error) {
    rmSync(file.part, { force: true });
    throw error;
  }
}

function writePart({ part, text }: RecordFile): void {
  const { value: file } = inFolder(dirname(part), () => openSync(part, 'wx', readOnly));
  try {
    // ext4 gives a file that was cut its blocks when it is closed, not when it is synchronised: so one commit is enough.
    ftruncateSync(file, 0);
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

function syncPart({ part }: RecordFile): void {
  sync(part);
}

/** The name survives a power failure once its folder is synchronised, too. */
function nameIt({ part, path }: RecordFile): void {
  const folder = dirname(path);
  const { made } = inFolder(folder, () => renameSync(part, path));
  if (made === undefined) return;
  sync(dirname(folder));
  sync(dirname(made));
}

function removeIfErased({ path, erased }: RecordFile): void {
  if (existsSync(erased)) rmSync(path, { force: true });
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

/** A file or a folder. */
function sync(path: string): void {
  const file = openSync(path, 'r');
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
