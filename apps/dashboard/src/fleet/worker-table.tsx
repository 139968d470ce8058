import type { WorkerRecord } from '@rondel/contracts';
import { ageText, bytesText } from '../display/quantity.js';
import { useNow } from '../display/use-now.js';
import { jobAddress } from '../routing/route.js';
import { WorkerActions } from './worker-actions.js';

const markOfState: Readonly<Record<WorkerRecord['state'], string>> = {
  starting: 'waiting',
  running: 'completed',
  draining: 'waiting',
  lost: 'failed',
};

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
    <div class="table-frame">
      <table aria-label="Workers">
        <thead>
          <tr>
            <th>State</th>
            <th>Worker</th>
            <th>Pools</th>
            <th>Engine and device</th>
            <th class="number">Memory</th>
            <th>Load</th>
            <th class="number">Heartbeat</th>
            <th class="number">Up</th>
            <th>
              <span class="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {workers.map((worker) => (
            <WorkerRow key={worker.id} worker={worker} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function WorkerRow({ worker, now }: { readonly worker: WorkerRecord; readonly now: number }) {
  const { id, state, pools, engine, device, threads, memoryBytes, running, concurrency, host, pid } = worker;
  return (
    <tr>
      <td>
        <span class={`state state-${markOfState[state]}`}>{state}</span>
      </td>
      <td>
        <span class="mono">{id}</span>
        <div class="faint">
          {host}, process {pid}
          {worker.roots.length > 0 && `, roots ${worker.roots.join(', ')}`}
        </div>
      </td>
      <td>
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
      <td class="number">{bytesText(memoryBytes)}</td>
      <td>
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
      <td class="number">{ageText(worker.heartbeatAt, now)}</td>
      <td class="number">{ageText(worker.startedAt, now)}</td>
      <td class="actions">
        <WorkerActions worker={worker} />
      </td>
    </tr>
  );
}
