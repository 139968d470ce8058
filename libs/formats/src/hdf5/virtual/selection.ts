import type { Run } from '../../array/runs.js';

/** Which entries of each axis are selected; `whole` for all of a dataset. */
export type Selection = { readonly axes: readonly (readonly Run[])[] } | 'whole';

/** A selection, and where the bytes behind it begin. */
export interface ReadSelection {
  readonly selection: Selection;
  readonly next: number;
}

const kinds = { hyperslab: 2, all: 3 } as const;
const mostAxes = 32;
/** Of one selection. */
const mostBlocks = 65_536;

/** How the numbers of a hyperslab are stored. */
interface Encoding {
  /** Of each number. */
  readonly bytes: number;
  readonly isRegular: boolean;
  readonly rank: number;
  readonly at: number;
}

/**
 * Reads a selection as libhdf5 stores it: HDF5 File Format Specification 3.0, "Dataspace Selection". Undefined for one that grows
 * without limit, one of points, one that is no product of entries along each axis, and what nobody knows.
 */
export function readSelection(bytes: Buffer, at: number): ReadSelection | undefined {
  if (at + 16 > bytes.byteLength) return undefined;
  const [kind, version] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
  if (kind === kinds.all) return { selection: 'whole', next: at + 16 };
  const encoding = kind === kinds.hyperslab ? encodingAt(bytes, at, version) : undefined;
  if (encoding === undefined || encoding.rank === 0 || encoding.rank > mostAxes) return undefined;
  return encoding.isRegular ? regular(bytes, encoding) : listed(bytes, encoding);
}

function encodingAt(bytes: Buffer, at: number, version: number): Encoding | undefined {
  if (at + 24 > bytes.byteLength) return undefined;
  if (version === 1) return { bytes: 4, isRegular: false, rank: bytes.readUInt32LE(at + 16), at: at + 20 };
  const isRegular = (bytes.readUInt8(at + 8) & 1) === 1;
  if (version === 2) return { bytes: 8, isRegular, rank: bytes.readUInt32LE(at + 13), at: at + 17 };
  if (version === 3)
    return { bytes: bytes.readUInt8(at + 9), isRegular, rank: bytes.readUInt32LE(at + 10), at: at + 14 };
  return undefined;
}

/** Start, stride, count and block along each axis. */
function regular(bytes: Buffer, { rank, at, ...encoding }: Encoding): ReadSelection | undefined {
  const next = at + 4 * rank * encoding.bytes;
  const numbers = numbersAt(bytes, at, { count: 4 * rank, bytes: encoding.bytes });
  if (numbers === undefined) return undefined;
  const axes: Run[][] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const [start = 0, stride = 0, count = 0, block = 0] = numbers.slice(4 * axis, 4 * axis + 4);
    if (count > mostBlocks || (count > 1 && stride < block)) return undefined;
    const isSolid = stride === block || count === 1;
    axes.push(
      isSolid
        ? [{ start, stop: start + count * block }]
        : Array.from({ length: count }, (_, at) => ({ start: start + at * stride, stop: start + at * stride + block })),
    );
  }
  return { selection: { axes }, next };
}

/** The first and the last corner of each block. */
function listed(bytes: Buffer, { rank, at, ...encoding }: Encoding): ReadSelection | undefined {
  const size = encoding.bytes;
  const [count] = numbersAt(bytes, at, { count: 1, bytes: size }) ?? [];
  if (count === undefined || count === 0 || count > mostBlocks) return undefined;
  const corners = numbersAt(bytes, at + size, { count: 2 * count * rank, bytes: size });
  if (corners === undefined) return undefined;
  const axes = Array.from({ length: rank }, (_, axis) => runsAlong(corners, { rank, axis, count }));
  // Blocks are disjoint, so as many as there are places in the product are the product.
  if (axes.reduce((product, runs) => product * runs.length, 1) !== count) return undefined;
  const isApart = axes.every((runs) =>
    runs.every(({ start, stop }, at) => start < stop && start >= (runs[at - 1]?.stop ?? 0)),
  );
  return isApart ? { selection: { axes: axes.map(joined) }, next: at + size * (1 + 2 * count * rank) } : undefined;
}

/** What is different along an axis, in order. */
function runsAlong(
  corners: readonly number[],
  { rank, axis, count }: { readonly rank: number; readonly axis: number; readonly count: number },
): Run[] {
  const runs = new Map<string, Run>();
  for (let block = 0; block < count; block += 1) {
    const start = corners[2 * block * rank + axis] ?? 0;
    const stop = (corners[(2 * block + 1) * rank + axis] ?? 0) + 1;
    runs.set(`${start}:${stop}`, { start, stop });
  }
  return [...runs.values()].sort((a, b) => a.start - b.start);
}

function joined(runs: readonly Run[]): Run[] {
  const all: Run[] = [];
  for (const run of runs) {
    const last = all.at(-1);
    if (last?.stop === run.start) all[all.length - 1] = { start: last.start, stop: run.stop };
    else all.push(run);
  }
  return all;
}

/** Whole numbers; undefined where there are fewer, or where one has no limit. */
function numbersAt(
  bytes: Buffer,
  at: number,
  { count, bytes: size }: { readonly count: number; readonly bytes: number },
): number[] | undefined {
  if (![2, 4, 8].includes(size) || at + count * size > bytes.byteLength) return undefined;
  const numbers = Array.from({ length: count }, (_, index) =>
    size === 8 ? Number(bytes.readBigUInt64LE(at + 8 * index)) : bytes.readUIntLE(at + size * index, size),
  );
  const unlimited = 2 ** (8 * size) - 1;
  return numbers.every((number) => Number.isSafeInteger(number) && number < unlimited) ? numbers : undefined;
}
