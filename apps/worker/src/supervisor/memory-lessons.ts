import type { StepRecord } from '@rondel/contracts';

/** What ran out of memory once may have met a passing shortage, so this is not remembered for ever. */
const rememberedMs = 3_600_000;

/** What a worker has learnt of its engine and device: by how much the estimates of step types fall short. */
export interface MemoryLessons {
  /** A step has run out of memory: work of half the estimate is the most that will be tried from now on. */
  learn(step: Pick<StepRecord, 'type' | 'estimatedBytes'>, roomBytes: number): void;
  /** Step type to the factor by which its estimates are multiplied; those of the last hour. */
  factors(): Record<string, number>;
}

export function openMemoryLessons(now: () => number = Date.now): MemoryLessons {
  const lessons = new Map<string, { readonly factor: number; readonly until: number }>();
  return {
    learn({ type, estimatedBytes }, roomBytes) {
      if (estimatedBytes === undefined || estimatedBytes <= 0) return;
      const before = lessons.get(type)?.factor ?? 1;
      const factor = Math.max(2 * before, (2 * roomBytes) / estimatedBytes);
      lessons.set(type, { factor, until: now() + rememberedMs });
    },
    factors() {
      for (const [type, { until }] of lessons) if (until < now()) lessons.delete(type);
      return Object.fromEntries([...lessons].map(([type, { factor }]) => [type, factor]));
    },
  };
}
