import type { JobCounts, JobState } from '@rondel/contracts';
import { useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { jobStates, type JobListRoute } from '../routing/route.js';
import { useNames } from '../names/names-context.js';
import { useServer } from '../server/server-context.js';

/** So long nothing is asked while somebody types. */
const typingMs = 300;

interface JobFiltersProps {
  readonly filter: JobListRouteFilter;
  /** Of all states, as everything else filters. */
  readonly counts: JobCounts | undefined;
  readonly onChange: (filter: JobListRoute) => void;
}

type JobListRouteFilter = { readonly [K in 'state' | 'pool' | 'label' | 'q']?: JobListRoute[K] | undefined };

export function JobFilters({ filter, counts, onChange }: JobFiltersProps) {
  const server = useServer();
  const shown = useNames();
  const pools = useQuery({ queryKey: ['pools'], queryFn: ({ signal }) => server.pools({ signal }) });
  const names = pools.data?.map(({ name }) => name) ?? [];
  const { state, pool, label, q } = filter;
  const change = (changed: JobListRouteFilter) => onChange(given({ state, pool, label, q, ...changed }));
  return (
    <form class="filters" role="search" aria-label="Filter jobs" onSubmit={(event) => event.preventDefault()}>
      <TypedFilter
        name="Search"
        placeholder="words or the beginning of an id"
        value={q ?? ''}
        shown={shown.of}
        onChange={(text) => change({ q: text })}
      />
      <label>
        Pool
        <select value={pool ?? ''} onChange={({ currentTarget: { value } }) => change({ pool: value })}>
          <option value="">all</option>
          {[...new Set([...(pool === undefined ? [] : [pool]), ...names])].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <TypedFilter
        name="Label"
        placeholder="key or key=value"
        value={label ?? ''}
        shown={shown.ofFilter}
        onChange={(text) => change({ label: text })}
      />
      <div class="state-filter" role="group" aria-label="State">
        <StateButton
          name="all"
          count={counts?.total}
          pressed={state === undefined}
          onClick={() => change({ state: undefined })}
        />
        {jobStates.map((one) => (
          <StateButton
            key={one}
            name={one}
            count={counts?.states[one]}
            pressed={state === one}
            onClick={() => change({ state: one })}
          />
        ))}
        {counts?.partial === true && <span class="faint">of the newest jobs</span>}
      </div>
    </form>
  );
}

interface StateButtonProps {
  readonly name: JobState | 'all';
  readonly count: number | undefined;
  readonly pressed: boolean;
  readonly onClick: () => void;
}

function StateButton({ name, count, pressed, onClick }: StateButtonProps) {
  return (
    <button type="button" class="small" aria-pressed={pressed} onClick={onClick}>
      {name === 'all' ? name : <span class={`state state-${name}`}>{name}</span>} <span class="number">{count}</span>
    </button>
  );
}

interface TypedFilterProps {
  readonly name: string;
  readonly placeholder: string;
  readonly value: string;
  /** How the value is shown while nobody types. */
  readonly shown: (value: string) => string;
  readonly onChange: (text: string) => void;
}

/** A filter that is typed: it holds a moment after the last letter. */
function TypedFilter({ name, placeholder, value, shown, onChange }: TypedFilterProps) {
  const [typing, setTyping] = useState(false);
  const [text, setText] = useState(value);
  // Back, and links, change the filter from outside.
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), typingMs);
    return () => clearTimeout(timer);
  });
  return (
    <label>
      {name}
      <input
        type="search"
        placeholder={placeholder}
        maxLength={200}
        value={typing || text === '' ? text : shown(text)}
        onFocus={() => setTyping(true)}
        onBlur={() => setTyping(false)}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </label>
  );
}

function given({ state, pool, label, q }: JobListRouteFilter): JobListRoute {
  return {
    ...(state !== undefined && { state }),
    ...(pool !== undefined && { pool }),
    ...(label !== undefined && { label }),
    ...(q !== undefined && { q }),
  };
}
