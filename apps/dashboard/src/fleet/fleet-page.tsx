import type { WorkerRecord } from '@rondel/contracts';
import { ErrorText } from '../display/error-text.js';
import { useNames } from '../names/names-context.js';
import { ApiTable } from './api-table.js';
import { PoolTable } from './pool-table.js';
import { QuotaTable } from './quota-table.js';
import { restingPools } from './resting-pools.js';
import { useFleet } from './use-fleet.js';
import { WorkerTable } from './worker-table.js';

/** Who computes, what waits for it, and who takes it. */
export function FleetPage() {
  const { data, error } = useFleet();
  if (data === undefined) return error === null ? <p class="empty">Loading ...</p> : <ErrorText error={error} />;
  return (
    <>
      {data.mixed !== undefined && (
        <p class="notice notice-warn" role="status">
          {data.mixed}
        </p>
      )}
      <RestingPools workers={data.workers} />
      <div class="page-head">
        <h1>Pools</h1>
      </div>
      <PoolTable pools={data.pools} />
      <div class="page-head">
        <h1>Workers</h1>
      </div>
      <WorkerTable workers={data.workers} />
      <QuotaTable />
      <div class="page-head">
        <h1>APIs</h1>
      </div>
      <ApiTable apis={data.apis} />
    </>
  );
}

/** Nothing runs there until somebody has done something, and no state of a job says so. */
function RestingPools({ workers }: { readonly workers: readonly WorkerRecord[] }) {
  const names = useNames();
  return (
    <>
      {restingPools(workers).map(({ name, workers: count, reason }) => (
        <p key={name} class="notice notice-warn" role="status">
          Pool {name} begins no job now: {count === 1 ? 'its only worker rests.' : `all its ${count} workers rest.`}{' '}
          {names.in(reason)}
        </p>
      ))}
    </>
  );
}
