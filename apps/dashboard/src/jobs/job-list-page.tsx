import { useState } from 'preact/hooks';
import type { Column } from '../display/data-table.js';
import { GrowingTable } from '../display/growing-table.js';
import { useGrowingList } from '../display/use-growing-list.js';
import { useNow } from '../display/use-now.js';
import { submitAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { JobFilters, type JobFilter } from './job-filters.js';
import { JobRow } from './job-row.js';

const columns: readonly Column[] = [
  { title: 'State' },
  { title: 'Plan' },
  { title: 'Pool' },
  { title: 'Progress', kind: 'wide' },
  { title: 'Labels' },
  { title: 'Age', kind: 'number' },
  { title: 'Run time', kind: 'number' },
  { title: 'Actions', kind: 'hidden' },
];

/** All jobs, newest first, as they change. */
export function JobListPage({ label }: { readonly label: string | undefined }) {
  const server = useServer();
  const now = useNow();
  const [filter, setFilter] = useState<JobFilter>({ label });
  const list = useGrowingList({
    queryKey: ['jobs', filter],
    fetchItems: async (options) => {
      const { jobs, cursor } = await server.jobs({ ...filter, ...options });
      return { items: jobs, cursor };
    },
    refreshEveryMs: 1500,
    pageLength: 50,
    longestList: 500,
  });
  const filtered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <div class="page-head">
        <h1>Jobs</h1>
        <JobFilters filter={filter} onChange={setFilter} />
        <a class="button primary" href={submitAddress({})}>
          Submit a job
        </a>
      </div>
      <GrowingTable
        label="Jobs"
        columns={columns}
        list={list}
        row={(job) => <JobRow key={job.id} job={job} now={now} />}
        empty={filtered ? 'No job matches the filter.' : 'No job has been submitted yet.'}
      />
    </>
  );
}
