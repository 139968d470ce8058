import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import type { Column } from '../display/data-table.js';
import { PagedTable } from '../display/paged-table.js';
import { usePagedList } from '../display/use-paged-list.js';
import { useNow } from '../display/use-now.js';
import { greyScales } from '../image/grey-scale.js';
import { jobsAddress, submitAddress, type JobListRoute } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { BulkActions } from './bulk-actions.js';
import { JobFilters } from './job-filters.js';
import { JobRow } from './job-row.js';
import { useSteadyOrder } from './use-steady-order.js';

const columns: readonly Column[] = [
  { title: 'Choose', kind: 'hidden' },
  { title: 'State' },
  { title: 'Job' },
  { title: 'Pool' },
  { title: 'Progress', kind: 'wide' },
  { title: 'Labels' },
  { title: 'Age', kind: 'number' },
  { title: 'Run time', kind: 'number' },
  { title: 'Actions', kind: 'hidden' },
];
const pageLength = 50;
const refreshEveryMs = 1500;
const countEveryMs = 3000;

/** All jobs, newest first, as they change. */
export function JobListPage({ list: route }: { readonly list: JobListRoute }) {
  const server = useServer();
  const now = useNow();
  const { state, pool, label, q, after } = route;
  const filter = { state, pool, label, q };
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [held, setHeld] = useState(false);
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
  const scales = greyScales(items ?? []);
  // Without an entry in the history for every letter that is typed.
  const go = (next: JobListRoute) => window.location.replace(jobsAddress(next));
  const page = (next: string | undefined) => {
    window.location.assign(jobsAddress(next === undefined ? { ...route, after: '' } : { ...route, after: next }));
  };
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const mark = (id: string, on: boolean) => {
    const marked = new Set(chosen);
    if (on) marked.add(id);
    else marked.delete(id);
    setChosen(marked);
  };
  return (
    <>
      <div class="page-head">
        <h1>Jobs</h1>
        <JobFilters filter={filter} counts={counts.data} onChange={go} />
        <a class="button primary" href={submitAddress({})}>
          Submit a job
        </a>
      </div>
      <BulkActions
        chosen={chosen}
        page={(items ?? []).map(({ id }) => id)}
        filter={filter}
        counts={counts.data}
        onChoose={setChosen}
      />
      <p class="faint steady" role="status">
        {waiting > 0 &&
          `${waiting === 1 ? 'One change' : `${waiting} changes`} of the order wait while you point here.`}
      </p>
      <div
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
        onFocusIn={() => setHeld(true)}
        onFocusOut={() => setHeld(false)}
      >
        <PagedTable
          label="Jobs"
          columns={columns}
          list={{ ...fetched, items }}
          row={(job) => (
            <JobRow
              key={job.id}
              job={job}
              now={now}
              scale={scales.get(job.id)}
              chosen={chosen.has(job.id)}
              onChoose={(on) => mark(job.id, on)}
            />
          )}
          empty={filtered ? 'No job matches the filter.' : 'No job has been submitted yet.'}
          onPage={page}
        />
      </div>
    </>
  );
}
