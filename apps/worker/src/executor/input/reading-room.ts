import {
  elementCount,
  elementSize,
  isRondelError,
  RondelError,
  type ArrayFacts,
  type Dataset,
} from '@rondel/contracts';
import { componentsOf, defaultLimits } from '@rondel/formats';
import { amountOf, type MemoryRoom } from '@rondel/reco';
import type { DescribedInput } from './described-input.js';

/** Room for what is read, of which more is taken with every file. */
export interface ReadingRoom {
  /**
   * Reads a file into what is left. Of what takes more nothing is read: throws `OUT_OF_MEMORY` with both numbers.
   *
   * @param reference As the user named the file.
   */
  read<T extends { readonly dataset: Dataset }>(reference: string, read: (maxBytes: number) => Promise<T>): Promise<T>;
  /** The same for several parts of a file, which may have arrays in common. */
  readAll<T extends { readonly dataset: Dataset }>(
    reference: string,
    read: (maxBytes: number) => Promise<readonly T[]>,
  ): Promise<readonly T[]>;
}

export function openReadingRoom({ memoryBytes, hostBytes = memoryBytes, whole }: MemoryRoom): ReadingRoom {
  let taken = 0;
  const readAll: ReadingRoom['readAll'] = async (reference, read) => {
    const left = hostBytes - taken;
    const refused = (bytes: number) =>
      outOfRoom({ reference, bytes, neededBytes: taken + bytes }, { memoryBytes: hostBytes, whole });
    const files = await read(Math.max(1, Math.min(left, defaultLimits.maxBytes))).catch((error: unknown) => {
      const bytes = claimedBytes(error);
      throw bytes === undefined || bytes <= left ? error : refused(bytes);
    });
    const bytes = bytesOf(files.map(({ dataset }) => dataset));
    // Readers bound lists of angles by themselves.
    if (bytes > left) throw refused(bytes);
    taken += bytes;
    return files;
  };
  return {
    readAll,
    async read(reference, read) {
      const [file] = await readAll(reference, async (maxBytes) => [await read(maxBytes)]);
      if (file === undefined) throw new RondelError('INTERNAL', `${reference} was not read.`);
      return file;
    },
  };
}

/** Whether what was to be read would have taken more memory than there is. */
export function isOutOfRoom(error: unknown): boolean {
  return isRondelError(error) && error.code === 'OUT_OF_MEMORY' && error.failure.details?.['neededBytes'] !== undefined;
}

/** What a file claims to take, where a reader has refused it for that. */
export function claimedBytes(error: unknown): number | undefined {
  const bytes = isRondelError(error) && error.code === 'QUOTA_EXCEEDED' ? error.failure.details?.['bytes'] : undefined;
  return typeof bytes === 'number' ? bytes : undefined;
}

/** Throws `OUT_OF_MEMORY` with both numbers for a job whose arrays would together take more memory than there is. */
export function requireReadingRoom({ references, dataset }: Omit<DescribedInput, 'sources'>, room: MemoryRoom): void {
  const claims = new Map<string, number>();
  for (const [name, array] of [['data', dataset.data] as const, ...Object.entries(dataset.companions)]) {
    const reference = references[name] ?? references['data'] ?? name;
    claims.set(reference, (claims.get(reference) ?? 0) + bytesWhenUsed(array));
  }
  const neededBytes = [...claims.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (neededBytes <= (room.hostBytes ?? room.memoryBytes)) return;
  const [reference = '', bytes = 0] = [...claims].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  throw outOfRoom({ reference, bytes, neededBytes }, room);
}

/** In memory, with the float32 copy that steps make of other real or complex numbers. */
function bytesWhenUsed({ shape, dtype }: ArrayFacts): number {
  const copied = dtype === 'float32' || dtype === 'complex64' ? 0 : 4 * componentsOf(dtype);
  return elementCount(shape) * (elementSize(dtype) + copied);
}

function bytesOf(datasets: readonly Dataset[]): number {
  const arrays = datasets.flatMap(({ data, companions }) => [data, ...Object.values(companions)]);
  return [...new Set(arrays.map(({ data }) => data))].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

interface Claim {
  /** Of the largest file, or the one that was read when the room was at an end. */
  readonly reference: string;
  readonly bytes: number;
  /** By all files of the job. */
  readonly neededBytes: number;
}

function outOfRoom({ reference, bytes, neededBytes }: Claim, room: MemoryRoom): RondelError {
  const availableBytes = room.hostBytes ?? room.memoryBytes;
  const { whole } = room;
  const others = neededBytes > bytes ? `, with the other data of the job ${amountOf(neededBytes)}` : '';
  return new RondelError(
    'OUT_OF_MEMORY',
    `${reference} says that its arrays take ${amountOf(bytes)} in memory${others}, but a job may take ${amountOf(availableBytes)} here. Check that its shapes are right; else take fewer slices or frames at a time, or a worker with more memory.`,
    {
      details: { neededBytes, availableBytes },
      retryable: whole !== undefined && neededBytes <= (whole.hostBytes ?? whole.memoryBytes),
    },
  );
}
