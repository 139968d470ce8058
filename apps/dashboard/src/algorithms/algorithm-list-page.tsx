import type { AlgorithmRecord } from '@rondel/contracts';
import { useQuery } from '@tanstack/preact-query';
import { ForRole } from '../access/for-role.js';
import { Age } from '../display/age.js';
import { DataTable, type Column } from '../display/data-table.js';
import { ErrorText } from '../display/error-text.js';
import { Labels } from '../jobs/labels.js';
import { useNames } from '../names/names-context.js';
import { jobsAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { AlgorithmActions } from './algorithm-actions.js';

const refreshEveryMs = 2500;

const markOfState: Readonly<Record<AlgorithmRecord['state'], string>> = {
  building: 'active',
  ready: 'completed',
  failed: 'failed',
  lost: 'failed',
  closed: 'cancelled',
};

const columns: readonly Column<AlgorithmRecord>[] = [
  { title: 'State', cell: (algorithm) => <Standing algorithm={algorithm} /> },
  {
    title: 'Plan',
    cell: ({ id, plan }) => (
      <>
        <a href={jobsAddress({ label: `algorithm=${id}` })}>{plan.name ?? `plan ${plan.sha256.slice(0, 8)}`}</a>
        <div class="faint mono">{id}</div>
      </>
    ),
  },
  { title: 'Pool', told: true, cell: ({ pool }) => pool },
  { title: 'Worker', told: true, cell: ({ worker }) => <span class="mono">{worker}</span> },
  { title: 'Labels', cell: ({ labels }) => <Labels labels={labels} /> },
  { title: 'Inputs', kind: 'number', told: true, cell: ({ put }) => put },
  { title: 'Pending', kind: 'number', told: true, cell: ({ pending }) => pending },
  { title: 'To be taken', kind: 'number', told: true, cell: ({ ready }) => ready },
  { title: 'Age', kind: 'number', told: true, cell: ({ createdAt }, now) => <Age since={createdAt} now={now} /> },
  {
    title: 'Actions',
    kind: 'actions',
    cell: (algorithm) => (
      <ForRole role="submitter">
        <AlgorithmActions algorithm={algorithm} />
      </ForRole>
    ),
  },
];

/** Algorithms that stay built on a worker for input after input, oldest first. Each leads to the jobs of its inputs. */
export function AlgorithmListPage() {
  const server = useServer();
  const { data, error } = useQuery({
    queryKey: ['algorithms'],
    queryFn: ({ signal }) => server.algorithms({ signal }),
    refetchInterval: refreshEveryMs,
  });
  return (
    <>
      <div class="page-head">
        <h1>Warm algorithms</h1>
      </div>
      {data === undefined && (error === null ? <p class="empty">Loading ...</p> : <ErrorText error={error} />)}
      {data?.length === 0 && (
        <p class="empty">
          No algorithm is kept warm. <code>rondel algorithms new PLAN</code> keeps one built on a worker, for scan after
          scan.
        </p>
      )}
      {data !== undefined && data.length > 0 && (
        <DataTable label="Warm algorithms" columns={columns} items={data} keyOf={({ id }) => id} />
      )}
    </>
  );
}

function Standing({ algorithm: { state, error } }: { readonly algorithm: AlgorithmRecord }) {
  const names = useNames();
  return (
    <>
      <span class={`state state-${markOfState[state]}`}>{state}</span>
      {error !== undefined && (
        <div class="faint aside">
          <code class="bad-text">{error.code}</code> {names.in(error.message)}
        </div>
      )}
    </>
  );
}
