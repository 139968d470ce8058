import type { JobState } from '@rondel/contracts';

const order: readonly JobState[] = ['completed', 'failed', 'cancelled', 'active', 'waiting', 'queued'];

interface StateCountsProps {
  readonly states: Readonly<Partial<Record<JobState, number>>>;
  /** Jobs of which nobody knows any more how they ended. */
  readonly erased?: number;
}

/** How many jobs are in each state: a bar in their colours, and the numbers. */
export function StateCounts({ states, erased = 0 }: StateCountsProps) {
  const present = order.filter((state) => (states[state] ?? 0) > 0);
  return (
    <span class="counts">
      <span class="count-bar" aria-hidden="true">
        {present.map((state) => (
          <span key={state} class={`part-${state}`} style={{ flexGrow: states[state] }} />
        ))}
      </span>
      <span class="count-words">
        {present.map((state) => (
          <span key={state} class={`state state-${state}`}>
            {states[state]} {state}
          </span>
        ))}
        {erased > 0 && <span class="state">{erased} erased</span>}
      </span>
    </span>
  );
}
