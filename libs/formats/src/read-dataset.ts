import { basename } from 'node:path';
import { RondelError, type Dataset } from '@rondel/contracts';
import { formatError, throwIfCancelled } from './data-errors.js';
import { detectFormat, magicBytes, type ReadableFormat } from './file-format.js';
import { readHdf5File } from './hdf5/reader.js';
import { defaultLimits, type ReadLimits } from './limits.js';
import { readNpy } from './npy/reader.js';
import { openRegularFile, type OpenedFile } from './opened-file.js';

export interface ReadOptions {
  /** Path of one dataset inside a container file, from its root, e.g. `/entry/data`; by default the layout decides. */
  readonly dataset?: string | undefined;
  /** What errors call the file, e.g. the data reference; by default its name without folders. */
  readonly label?: string | undefined;
  readonly limits?: Partial<ReadLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A dataset and the format it was stored in. */
export type ReadDataset = Dataset & { readonly format: ReadableFormat };

/**
 * Reads a raw data file; its format is told from its first bytes.
 *
 * - `.npy`: the array as it is, C order, axes unnamed; see `readNpy`
 * - HDF5 with `/exchange/data` (DXchange): float32 [frame = 1, slice, angle, detector] with `dark` and `white`
 *   [slice, sample, detector] and `angles` in radians; see `readDxchange`
 * - HDF5 with `/image` as Rondel writes it, or any numeric dataset named by `dataset`: the array as it is
 *
 * Integers keep their type, except 64-bit ones, which become float64, and those in DXchange, which become float32.
 *
 * Throws `DATA_NOT_FOUND` (no such file), `DATA_FORBIDDEN` (unreadable, or values that lie in another file),
 * `DATA_FORMAT` (unknown, truncated or damaged), `DATA_SHAPE_MISMATCH` (DXchange arrays that do not belong together),
 * `QUOTA_EXCEEDED` (above a limit) and `CANCELLED`.
 */
export async function readDataset(path: string, options: ReadOptions = {}): Promise<ReadDataset> {
  const label = options.label ?? basename(path);
  const { maxBytes, maxSeconds } = checkedLimits({ ...defaultLimits, ...options.limits });
  throwIfCancelled(options.signal, label);
  const { handle, bytes } = await openRegularFile(path, label);
  try {
    const file: OpenedFile = { handle, bytes, label, maxBytes, signal: options.signal };
    return await readOpened(file, { dataset: options.dataset, maxSeconds });
  } finally {
    await handle.close();
  }
}

async function readOpened(
  file: OpenedFile,
  { dataset, maxSeconds }: { dataset: string | undefined; maxSeconds: number },
): Promise<ReadDataset> {
  const { buffer, bytesRead } = await file.handle.read(new Uint8Array(magicBytes), 0, magicBytes, 0);
  const format = detectFormat(buffer.subarray(0, bytesRead));
  if (format === 'hdf5') return { ...(await readHdf5File(file, { dataset, maxSeconds })), format };
  if (format === undefined) throw unknownFormat(file);
  if (dataset !== undefined) {
    throw formatError(
      file.label,
      `is a .npy file, which holds one array and no dataset ${dataset.slice(0, 200)}. Leave "#/..." out.`,
    );
  }
  return { data: await readNpy(file), companions: {}, attributes: { layout: 'plain' }, format };
}

function unknownFormat({ label, bytes }: OpenedFile): RondelError {
  if (bytes === 0) return formatError(label, 'is empty. Copy it again.');
  return formatError(label, 'is in no format that is known from its first bytes. Store it as NumPy .npy or HDF5.');
}

function checkedLimits(limits: ReadLimits): ReadLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (typeof value === 'number' && value > 0) continue;
    throw new RondelError('INVALID_REQUEST', `limits.${name} must be a number > 0, got ${String(value)}.`);
  }
  return limits;
}
