import type { PoolRecord } from '@rondel/contracts';
import { useMutation } from '@tanstack/preact-query';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';
import { useFleetChange } from './use-fleet.js';

/** Pauses a pool or lets it go on. */
export function PoolActions({ pool: { name, paused } }: { readonly pool: PoolRecord }) {
  const server = useServer();
  const change = useFleetChange();
  const action = useMutation({
    mutationFn: () => (paused ? server.resumePool(name) : server.pausePool(name)),
    networkMode: 'always',
    onSuccess: (demand) =>
      change((fleet) => ({
        ...fleet,
        pools: fleet.pools.map((pool) => (pool.name === name ? { ...pool, paused: demand.paused } : pool)),
      })),
  });
  const word = paused ? 'Resume' : 'Pause';
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={action.isPending}
        title={paused ? undefined : 'Jobs that run go on; jobs that wait keep their place.'}
        aria-label={`${word} pool ${name}`}
        onClick={() => action.mutate()}
      >
        {word}
      </button>
      {action.isError && <ErrorText error={action.error} />}
    </>
  );
}
