import { jobsRunBy, quantity, type WorkerRecord } from '@rondel/contracts';
import { ForRole } from '../access/for-role.js';
import { Age } from '../display/age.js';
import { DataTable, type Column } from '../display/data-table.js';
import { bytesText } from '../display/quantity.js';
import { useNames } from '../names/names-context.js';
import { jobAddress } from '../routing/route.js';
import { BuildMark } from './build-mark.js';
import { WorkerActions } from './worker-actions.js';

const markOfState: Readonly<Record<WorkerRecord['state'], string>> = {
  starting: 'waiting',
  running: 'completed',
  draining: 'waiting',
  lost: 'failed',
};

const columns: readonly Column<WorkerRecord>[] = [
  { title: 'State', cell: (worker) => <Standing worker={worker} /> },
  {
    title: 'Worker',
    cell: ({ id, host, pid, roots }) => (
      <>
        <span class="mono">{id}</span>
        <div class="faint">
          {host}, process {pid}
          {roots.length > 0 && `, roots ${roots.join(', ')}`}
        </div>
      </>
    ),
  },
  { title: 'Pools', told: true, cell: (worker) => <Pools worker={worker} /> },
  {
    title: 'Engine and device',
    cell: ({ engine, device, threads }) => (
      <>
        <strong>{engine}</strong> · {quantity(threads, 'thread')}
        <div class="faint">{device}</div>
      </>
    ),
  },
  { title: 'Build', told: true, cell: (worker) => <BuildMark {...worker} /> },
  { title: 'Memory', kind: 'number', told: true, cell: ({ memoryBytes }) => bytesText(memoryBytes) },
  { title: 'Load', told: true, cell: (worker) => <Load worker={worker} /> },
  {
    title: 'Heartbeat',
    kind: 'number',
    told: true,
    cell: ({ heartbeatAt }, now) => <Age since={heartbeatAt} now={now} />,
  },
  {
    title: 'Up',
    kind: 'number',
    told: true,
    cell: (worker, now) => !isLost(worker) && <Age since={worker.startedAt} now={now} />,
  },
  {
    title: 'Actions',
    kind: 'actions',
    cell: (worker) => (
      <ForRole role="operator">
        <WorkerActions worker={worker} />
      </ForRole>
    ),
  },
];

export function WorkerTable({ workers }: { readonly workers: readonly WorkerRecord[] }) {
  if (workers.length === 0) {
    return (
      <p class="empty">
        No worker runs. Start one with <code>rondel worker --pool default</code>.
      </p>
    );
  }
  return <DataTable label="Workers" columns={columns} items={workers} keyOf={({ id }) => id} />;
}

/** What a lost worker said last of its work is no longer so: its jobs run elsewhere or wait. */
function isLost({ state }: WorkerRecord): boolean {
  return state === 'lost';
}

function Standing({ worker }: { readonly worker: WorkerRecord }) {
  const names = useNames();
  const { state, aside } = worker;
  if (aside === undefined || isLost(worker)) return <span class={`state state-${markOfState[state]}`}>{state}</span>;
  return (
    <>
      <span class="state state-waiting">{state === 'running' ? 'resting' : state}</span>
      <div class="warn-text aside">
        takes nothing until {new Date(aside.until).toLocaleTimeString()}: {names.in(aside.reason)}
      </div>
    </>
  );
}

function Pools({ worker: { pools, labels } }: { readonly worker: WorkerRecord }) {
  const names = useNames();
  return (
    <>
      {pools.join(', ')}
      <div class="faint">
        {Object.entries(labels)
          .map(([key, value]) => `${key}=${names.ofLabel(value)}`)
          .join(', ')}
      </div>
    </>
  );
}

function Load({ worker }: { readonly worker: WorkerRecord }) {
  if (isLost(worker)) return null;
  const { id, running, concurrency } = worker;
  return (
    <>
      <meter min={0} max={concurrency} value={jobsRunBy(worker)} aria-label={`Load of worker ${id}`} />{' '}
      <span class="number">
        {jobsRunBy(worker)} / {concurrency}
      </span>
      {running.map((job) => (
        <div key={job}>
          <a class="mono" href={jobAddress(job)}>
            {job.slice(-8)}
          </a>
        </div>
      ))}
    </>
  );
}
