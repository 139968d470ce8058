import type { FleetRecord, PoolRecord } from '@rondel/contracts';
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useServer } from '../server/server-context.js';

const refreshEveryMs = 2000;
const queryKey = ['fleet'];

export interface Fleet extends FleetRecord {
  readonly pools: readonly PoolRecord[];
}

export function useFleet() {
  const server = useServer();
  return useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<Fleet> => {
      const [pools, fleet] = await Promise.all([server.pools({ signal }), server.fleet({ signal })]);
      return { pools, ...fleet };
    },
    refetchInterval: refreshEveryMs,
  });
}

/** Shows at once what an answer of the server has told; the next look at the fleet shows the rest. */
export function useFleetChange(): (change: (fleet: Fleet) => Fleet) => Promise<void> {
  const queries = useQueryClient();
  return async (change) => {
    // An answer that is on its way is older than the change.
    await queries.cancelQueries({ queryKey });
    queries.setQueryData<Fleet>(queryKey, (fleet) => fleet && change(fleet));
  };
}
