import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ErrorText } from '../display/error-text.js';
import { useNow } from '../display/use-now.js';
import { submitAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { JobFilters, type JobFilter } from './job-filters.js';
import { JobRow } from './job-row.js';

const refreshEveryMs = 1500;
const pageLength = 50;
/** The most that the API lists in one answer. */
const longestList = 500;

/** All jobs, newest first, as they change. */
export function JobListPage({ label }: { readonly label: string | undefined }) {
  const server = useServer();
  const now = useNow();
  const [filter, setFilter] = useState<JobFilter>({ label });
  const [limit, setLimit] = useState(pageLength);
  const { data, error } = useQuery({
    queryKey: ['jobs', filter, limit],
    queryFn: ({ signal }) => server.jobs({ ...filter, limit, signal }),
    refetchInterval: refreshEveryMs,
    placeholderData: keepPreviousData,
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
      {error !== null && data === undefined && <ErrorText error={error} />}
      {data?.jobs.length === 0 && (
        <p class="empty">{filtered ? 'No job matches the filter.' : 'No job has been submitted yet.'}</p>
      )}
      {data !== undefined && data.jobs.length > 0 && (
        <div class="table-frame">
          <table class="list" aria-label="Jobs">
            <thead>
              <tr>
                <th>State</th>
                <th>Plan</th>
                <th>Pool</th>
                <th class="wide">Progress</th>
                <th>Labels</th>
                <th class="number">Age</th>
                <th class="number">Run time</th>
                <th>
                  <span class="hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.jobs.map((job) => (
                <JobRow key={job.id} job={job} now={now} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data?.cursor !== undefined && limit < longestList && (
        <button type="button" class="more" onClick={() => setLimit(Math.min(longestList, limit + pageLength))}>
          Show more
        </button>
      )}
    </>
  );
}
