import { storeKinds, type StoreKind, type StoreUsage } from '@rondel/contracts';
import type { FoundFile } from '@rondel/store';

const dayMs = 24 * 3600 * 1000;

type Age = keyof StoreUsage['ages'];

/** Sums of files by kind and age. */
export interface UsageTally {
  add(kind: StoreKind, file: FoundFile): void;
  /** Files that were added as one kind have become another. */
  move(from: StoreKind, to: StoreKind, file: FoundFile): void;
  readonly bytes: number;
  bytesOf(kind: StoreKind): number;
  usage(): StoreUsage[];
}

interface Sum {
  files: number;
  bytes: number;
  readonly ages: Record<Age, number>;
}

export function createTally(now: number): UsageTally {
  const sums = new Map<StoreKind, Sum>(
    storeKinds.map((kind) => [kind, { files: 0, bytes: 0, ages: { day: 0, week: 0, month: 0, older: 0 } }]),
  );
  let total = 0;
  const count = (kind: StoreKind, { bytes, usedAt }: FoundFile, sign: 1 | -1) => {
    const sum = sums.get(kind);
    if (sum === undefined) return;
    sum.files += sign;
    sum.bytes += sign * bytes;
    sum.ages[ageOf(now - usedAt)] += sign * bytes;
    total += sign * bytes;
  };
  return {
    add: (kind, file) => count(kind, file, 1),
    move(from, to, file) {
      count(from, file, -1);
      count(to, file, 1);
    },
    get bytes() {
      return total;
    },
    bytesOf: (kind) => sums.get(kind)?.bytes ?? 0,
    usage: () => [...sums].map(([kind, { files, bytes, ages }]) => ({ kind, files, bytes, ages: { ...ages } })),
  };
}

function ageOf(milliseconds: number): Age {
  if (milliseconds < dayMs) return 'day';
  if (milliseconds < 7 * dayMs) return 'week';
  return milliseconds < 30 * dayMs ? 'month' : 'older';
}
