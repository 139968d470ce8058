import { open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCheckpointSum } from '../checkpoints/checkpoint-area.js';
import { hashRange } from '../files/hash-file.js';
import { isWholePart } from '../datasets/part-check.js';
import { systemCode, unlessMissing } from '../files/store-errors.js';

/** What lies beside artifacts and can be told from what was not written so, in the order of its check. */
export const checkedKinds = ['shared', 'checkpoints', 'parts'] as const;
export type CheckedKind = (typeof checkedKinds)[number];

/** A file that a shared result, a checkpoint or a part of a job lies in. */
export interface PassingFile {
  readonly kind: CheckedKind;
  /** Path below the folder of its kind, with `/` between names. */
  readonly name: string;
  readonly bytes: number;
}

interface Kind {
  readonly folder: string;
  /** Of finished files, as `PassingFile` has it. */
  readonly name: RegExp;
  readonly isWhole: (
    file: FileHandle,
    about: PassingFile & { readonly signal?: AbortSignal | undefined },
  ) => Promise<boolean>;
}

const kinds: Record<CheckedKind, Kind> = {
  shared: {
    folder: 'results',
    name: /^[0-9a-f]{2}\/[0-9a-f]{62}\/sha256\/[0-9a-f]{2}\/[0-9a-f]{62}$/,
    isWhole: async (file, { name, bytes, signal }) =>
      (await hashRange(file, { start: 0, end: bytes, signal })) === name.split('/').slice(-2).join(''),
  },
  checkpoints: {
    folder: 'checkpoints',
    name: /^[0-9A-HJKMNP-TV-Z]{26}\/\d+\.\d+-[0-9a-f]{16}$/,
    isWhole: (file, { signal }) => hasCheckpointSum(file, signal),
  },
  parts: {
    folder: 'parts',
    name: /^[0-9A-HJKMNP-TV-Z]{26}\/\d+\/[0-9a-f]{64}$/,
    isWhole: (file, { name, signal }) => isWholePart(file, { name: name.slice(-64), signal }),
  },
};

/** Files of a kind in the order of their names, from the one after `after` on. */
export async function* listPassing(directory: string, kind: CheckedKind, after = ''): AsyncGenerator<PassingFile> {
  const root = join(directory, kinds[kind].folder);
  for await (const name of filesBelow(root, '', after)) {
    if (!kinds[kind].name.test(name)) continue;
    const status = await unlessMissing(stat(join(root, name)));
    if (status) yield { kind, name, bytes: status.size };
  }
}

async function* filesBelow(root: string, folder: string, after: string): AsyncGenerator<string> {
  const entries = (await unlessMissing(readdir(join(root, folder), { withFileTypes: true }))) ?? [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = `${folder}${entry.name}`;
    if (!entry.isDirectory()) {
      if (name > after) yield name;
    } else if (`${name}/` >= after.slice(0, name.length + 1)) yield* filesBelow(root, `${name}/`, after);
  }
}

/**
 * Whether a file is not what was written, or the disk can't read it; false when it is gone. With `remove` a damaged one is
 * deleted: whoever wants it then finds none and computes it anew. Throws `CANCELLED`.
 */
export async function isDamagedPassing(
  directory: string,
  file: PassingFile,
  { signal, remove }: { readonly signal?: AbortSignal | undefined; readonly remove: boolean },
): Promise<boolean> {
  const path = join(directory, kinds[file.kind].folder, file.name);
  const handle = await unlessMissing(open(path, 'r'));
  if (handle === undefined) return false;
  try {
    const { size, ino } = await handle.stat();
    const about = { ...file, bytes: size, signal };
    if (await unlessUnreadable(kinds[file.kind].isWhole(handle, about))) return false;
    // Another may have taken its place in the meantime.
    if (remove && (await unlessMissing(stat(path)))?.ino === ino) await rm(path, { force: true });
    return true;
  } finally {
    await handle.close();
  }
}

async function unlessUnreadable(whole: Promise<boolean>): Promise<boolean> {
  try {
    return await whole;
  } catch (error) {
    if (systemCode(error) === 'EIO') return false;
    throw error;
  }
}
