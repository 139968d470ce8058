import type { WorkerRecord } from '@rondel/contracts';
import { DataTable, type Column } from '../display/data-table.js';
import { ageText, bytesText } from '../display/quantity.js';
import { useNow } from '../display/use-now.js';
import { jobAddress } from '../routing/route.js';
import { BuildMark } from './build-mark.js';
import { WorkerActions } from './worker-actions.js';

const markOfState: Readonly<Record<WorkerRecord['state'], string>> = {
  starting: 'waiting',
  running: 'completed',
  draining: 'waiting',
  lost: 'failed',
};

const columns: readonly Column[] = [
  { title: 'State' },
  { title: 'Worker' },
  { title: 'Pools' },
  { title: 'Engine and device' },
  { title: 'Build' },
  { title: 'Memory', kind: 'number' },
  { title: 'Load' },
  { title: 'Heartbeat', kind: 'number' },
  { title: 'Up', kind: 'number' },
  { title: 'Actions', kind: 'hidden' },
];

export function WorkerTable({ workers }: { readonly workers: readonly WorkerRecord[] }) {
  const now = useNow();
  if (workers.length === 0) {
    return (
      <p class="empty">
        No worker runs. Start one with <code>rondel worker --pool default</code>.
      </p>
    );
  }
  return (
    <DataTable label="Workers" columns={columns} asList>
      {workers.map((worker) => (
        <WorkerRow key={worker.id} worker={worker} now={now} />
      ))}
    </DataTable>
  );
}

function WorkerRow({ worker, now }: { readonly worker: WorkerRecord; readonly now: number }) {
  const { id, state, pools, engine, device, threads, memoryBytes, running, concurrency, host, pid } = worker;
  return (
    <tr>
      <td>
        <span class={`state state-${markOfState[state]}`}>{state}</span>
        {worker.aside !== undefined && (
          <div class="warn-text aside">
            takes nothing until {new Date(worker.aside.until).toLocaleTimeString()}: {worker.aside.reason}
          </div>
        )}
      </td>
      <td>
        <span class="mono">{id}</span>
        <div class="faint">
          {host}, process {pid}
          {worker.roots.length > 0 && `, roots ${worker.roots.join(', ')}`}
        </div>
      </td>
      <td data-head="pools">
        {pools.join(', ')}
        <div class="faint">
          {Object.entries(worker.labels)
            .map(([key, value]) => `${key}=${value}`)
            .join(', ')}
        </div>
      </td>
      <td>
        <strong>{engine}</strong> · {threads} {threads === 1 ? 'thread' : 'threads'}
        <div class="faint">{device}</div>
      </td>
      <td data-head="build">
        <BuildMark {...worker} />
      </td>
      <td class="number" data-head="memory">
        {bytesText(memoryBytes)}
      </td>
      <td data-head="load">
        <meter min={0} max={concurrency} value={running.length} aria-label={`Load of worker ${id}`} />{' '}
        <span class="number">
          {running.length} / {concurrency}
        </span>
        {running.map((job) => (
          <div key={job}>
            <a class="mono" href={jobAddress(job)}>
              {job.slice(-8)}
            </a>
          </div>
        ))}
      </td>
      <td class="number" data-head="heartbeat">
        {ageText(worker.heartbeatAt, now)}
      </td>
      <td class="number" data-head="up">
        {ageText(worker.startedAt, now)}
      </td>
      <td class="actions">
        <WorkerActions worker={worker} />
      </td>
    </tr>
  );
}
