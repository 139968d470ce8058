import { useQuery } from '@tanstack/preact-query';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';
import { PoolTable } from './pool-table.js';
import { WorkerTable } from './worker-table.js';

const refreshEveryMs = 2000;

/** Who computes, and what waits for it. */
export function FleetPage() {
  const server = useServer();
  const { data, error } = useQuery({
    queryKey: ['fleet'],
    queryFn: async ({ signal }) => {
      const [pools, workers] = await Promise.all([server.pools({ signal }), server.workers({ signal })]);
      return { pools, workers };
    },
    refetchInterval: refreshEveryMs,
  });
  if (data === undefined) return error === null ? <p class="empty">Loading ...</p> : <ErrorText error={error} />;
  return (
    <>
      <div class="page-head">
        <h1>Pools</h1>
      </div>
      <PoolTable pools={data.pools} />
      <div class="page-head">
        <h1>Workers</h1>
      </div>
      <WorkerTable workers={data.workers} />
    </>
  );
}
