import type { StepRecord } from '@rondel/contracts';

/** What ran out of memory once may have met a passing shortage, so this is not remembered for ever. */
const rememberedMs = 3_600_000;

/** What a worker has learnt of its engine and device: by how much the estimates of step types fall short. */
export interface MemoryFactors {
  /**
   * A step has run out of memory. It teaches no more than that it took so much, whatever there was: a neighbour may have
   * taken the rest.
   */
  learn(step: Pick<StepRecord, 'type' | 'estimatedBytes'>, usedBytes: number | undefined): void;
  /** Step type to the factor by which its estimates are multiplied; those of the last hour. */
  factors(): Record<string, number>;
}

export function openMemoryFactors(now: () => number = () => performance.now()): MemoryFactors {
  const learnt = new Map<string, { readonly factor: number; readonly until: number }>();
  return {
    learn({ type, estimatedBytes }, usedBytes) {
      if (estimatedBytes === undefined || estimatedBytes <= 0 || usedBytes === undefined) return;
      const factor = Math.max(learnt.get(type)?.factor ?? 1, usedBytes / estimatedBytes);
      if (factor > 1) learnt.set(type, { factor, until: now() + rememberedMs });
    },
    factors() {
      for (const [type, { until }] of learnt) if (until < now()) learnt.delete(type);
      return Object.fromEntries([...learnt].map(([type, { factor }]) => [type, factor]));
    },
  };
}

/** Of the room on a device with a memory of its own; what is smaller than that has not filled it. */
const smallestCulprit = 1 / 8;

/**
 * What a step that found no memory on a device with a memory of its own counts for, as nothing tells what it took there:
 * half of it is the most that fits. Undefined when it was too small to be the reason.
 */
export function usedOfDevice(estimatedBytes: number | undefined, roomBytes: number): number | undefined {
  return (estimatedBytes ?? 0) >= smallestCulprit * roomBytes ? 2 * roomBytes : undefined;
}
