import { quantity, type Job } from '@rondel/contracts';
import { useState } from 'preact/hooks';
import { ForRole } from '../access/for-role.js';
import { PagedTable } from '../display/paged-table.js';
import { greyScales } from '../image/grey-scale.js';
import { jobsAddress, submitAddress, type JobListRoute } from '../routing/route.js';
import { BulkActions } from './bulk-actions.js';
import { jobColumns, type ListedJob } from './job-columns.js';
import { JobFilters } from './job-filters.js';
import { useJobList } from './use-job-list.js';

/** All jobs, newest first, as they change. */
export function JobListPage({ list: route }: { readonly list: JobListRoute }) {
  const { state, pool, label, q } = route;
  const filter = { state, pool, label, q };
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [held, setHeld] = useState(false);
  const { list, counts, waiting } = useJobList(route, held);
  const jobs = list.items ?? [];
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <div class="page-head">
        <h1>Jobs</h1>
        <JobFilters filter={filter} counts={counts} onChange={go} />
        <ForRole role="submitter">
          <a class="button primary" href={submitAddress({})}>
            Submit a job
          </a>
        </ForRole>
      </div>
      <ForRole role="submitter">
        <BulkActions
          chosen={chosen}
          page={jobs.map(({ id }) => id)}
          filter={filter}
          counts={counts}
          onChoose={setChosen}
        />
      </ForRole>
      <p class="faint steady" role="status">
        {waiting > 0 && `${quantity(waiting, 'change')} of the order wait while you point here.`}
      </p>
      <div
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
        onFocusIn={() => setHeld(true)}
        onFocusOut={() => setHeld(false)}
      >
        <PagedTable
          label="Jobs"
          columns={jobColumns}
          list={{ ...list, items: list.items && listed(list.items, { chosen, onChoose: setChosen }) }}
          keyOf={({ job }) => job.id}
          empty={isFiltered ? 'No job matches the filter.' : 'No job has been submitted yet.'}
          onPage={(after) => window.location.assign(jobsAddress({ ...route, after: after ?? '' }))}
        />
      </div>
    </>
  );
}

/** Without an entry in the history for every letter that is typed. */
function go(next: JobListRoute): void {
  window.location.replace(jobsAddress(next));
}

interface Choice {
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
}

function listed(jobs: readonly Job[], { chosen, onChoose }: Choice): ListedJob[] {
  const scales = greyScales(jobs);
  return jobs.map((job) => ({
    job,
    scale: scales.get(job.id),
    chosen: chosen.has(job.id),
    onChoose: (on) => onChoose(new Set(on ? [...chosen, job.id] : [...chosen].filter((id) => id !== job.id))),
  }));
}
