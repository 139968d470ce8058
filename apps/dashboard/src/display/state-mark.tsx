import type { JobState } from '@rondel/contracts';

/** The state as a word with a coloured dot; the word alone says it all. */
export function StateMark({ state }: { readonly state: JobState }) {
  return <span class={`state state-${state}`}>{state}</span>;
}
