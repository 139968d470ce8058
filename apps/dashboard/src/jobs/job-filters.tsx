import type { JobState } from '@rondel/contracts';
import { useQuery } from '@tanstack/preact-query';
import { useServer } from '../server/server-context.js';

const states: readonly JobState[] = ['queued', 'waiting', 'active', 'completed', 'failed', 'cancelled'];

export interface JobFilter {
  readonly state?: JobState | undefined;
  readonly pool?: string | undefined;
  /** `key` or `key=value` */
  readonly label?: string | undefined;
}

interface JobFiltersProps {
  readonly filter: JobFilter;
  readonly onChange: (filter: JobFilter) => void;
}

export function JobFilters({ filter, onChange }: JobFiltersProps) {
  const server = useServer();
  const pools = useQuery({ queryKey: ['pools'], queryFn: ({ signal }) => server.pools({ signal }) });
  const names = pools.data?.map(({ name }) => name) ?? [];
  return (
    <form class="filters" role="search" aria-label="Filter jobs" onSubmit={(event) => event.preventDefault()}>
      <label>
        State
        <select
          value={filter.state ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...filter, state: states.find((state) => state === value) })
          }
        >
          <option value="">all</option>
          {states.map((state) => (
            <option key={state}>{state}</option>
          ))}
        </select>
      </label>
      <label>
        Pool
        <select
          value={filter.pool ?? ''}
          onChange={({ currentTarget: { value } }) => onChange({ ...filter, pool: value || undefined })}
        >
          <option value="">all</option>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Label
        <input
          type="search"
          placeholder="key or key=value"
          maxLength={300}
          value={filter.label ?? ''}
          onInput={({ currentTarget: { value } }) => onChange({ ...filter, label: value.trim() || undefined })}
        />
      </label>
    </form>
  );
}
