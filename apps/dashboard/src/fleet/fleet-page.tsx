import { ErrorText } from '../display/error-text.js';
import { ApiTable } from './api-table.js';
import { PoolTable } from './pool-table.js';
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
      <div class="page-head">
        <h1>Pools</h1>
      </div>
      <PoolTable pools={data.pools} />
      <div class="page-head">
        <h1>Workers</h1>
      </div>
      <WorkerTable workers={data.workers} />
      <div class="page-head">
        <h1>APIs</h1>
      </div>
      <ApiTable apis={data.apis} />
    </>
  );
}
