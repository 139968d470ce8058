import type { Job, JobCounts } from '@rondel/contracts';
import { useQuery } from '@tanstack/preact-query';
import { usePagedList, type PagedListState } from '../display/use-paged-list.js';
import { jobsAddress, type JobListRoute } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { useSteadyOrder } from './use-steady-order.js';

const pageLength = 50;
const refreshEveryMs = 1500;
const countEveryMs = 3000;

export interface JobListState {
  readonly list: PagedListState<Job>;
  /** Of all jobs that the filter finds, whatever their state. */
  readonly counts: JobCounts | undefined;
  /** Changes of the order that wait until the list is no longer held. */
  readonly waiting: number;
}

/** One page of jobs and how many there are, kept fresh. @param held Somebody points at the list: no entry moves. */
export function useJobList(route: JobListRoute, held: boolean): JobListState {
  const server = useServer();
  const { state, pool, label, q, after } = route;
  const filter = { state, pool, label, q };
  const fetched = usePagedList({
    queryKey: ['jobs', filter],
    fetchItems: async (options) => {
      const { jobs, cursor } = await server.jobs({ ...filter, ...options });
      return { items: jobs, cursor };
    },
    refreshEveryMs,
    pageLength,
    after,
  });
  const counts = useQuery({
    queryKey: ['jobs', 'counts', pool, label, q],
    queryFn: ({ signal }) => server.jobCounts({ pool, label, q, signal }),
    refetchInterval: countEveryMs,
  });
  const { items, waiting } = useSteadyOrder(fetched.items, { held, list: jobsAddress(route) });
  return { list: { ...fetched, items }, counts: counts.data, waiting };
}
