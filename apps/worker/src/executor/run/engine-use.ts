import { tensorsMade } from '@rondel/compute';
import type { StepReport } from '@rondel/reco';

/** Which steps compute on the engine. */
export interface EngineUse {
  note(step: Pick<StepReport, 'path' | 'state'>): void;
  /** Paths of steps that ended and had nothing for the engine to do. */
  withoutEngine(): readonly string[];
}

/** `made` counts the tensors of this process, in which one step runs at a time. Its own count may be among them. */
export function watchEngineUse(made: () => number = tensorsMade): EngineUse {
  const begun = new Map<string, number>();
  const without = new Set<string>();
  return {
    note({ path, state }) {
      if (state === 'active' && !begun.has(path)) begun.set(path, made());
      const before = begun.get(path);
      // The count before was made with a tensor of its own.
      if (state === 'completed' && before !== undefined && made() - before <= 1) without.add(path);
    },
    withoutEngine: () => [...without],
  };
}
