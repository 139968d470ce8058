import type { PoolRecord } from '@rondel/contracts';
import { DataTable, type Column } from '../display/data-table.js';
import { PoolActions } from './pool-actions.js';

const columns: readonly Column[] = [
  { title: 'Pool' },
  { title: 'Waiting jobs', kind: 'number' },
  { title: 'Running', kind: 'number' },
  { title: 'Slots', kind: 'number' },
  { title: 'Workers', kind: 'number' },
  { title: 'Load', kind: 'wide' },
  { title: 'Actions', kind: 'hidden' },
];

export function PoolTable({ pools }: { readonly pools: readonly PoolRecord[] }) {
  return (
    <DataTable label="Pools" columns={columns} asList>
      {pools.map((pool) => (
        <PoolRow key={pool.name} pool={pool} />
      ))}
    </DataTable>
  );
}

function PoolRow({ pool }: { readonly pool: PoolRecord }) {
  const { name, waiting, running, slots, workers, paused } = pool;
  return (
    <tr>
      <td>
        <strong>{name}</strong> {paused && <span class="state state-waiting">paused</span>}
      </td>
      <td class="number" data-head="waiting jobs">
        {waiting}
      </td>
      <td class="number" data-head="running">
        {running}
      </td>
      <td class="number" data-head="slots">
        {slots}
      </td>
      <td class="number" data-head="workers">
        {workers}
      </td>
      <td class="wide">
        {slots > 0 ? (
          <meter min={0} max={slots} value={running} aria-label={`Load of pool ${name}`} />
        ) : (
          <span class="faint">{waiting > 0 ? 'no worker serves this pool' : 'no workers'}</span>
        )}
      </td>
      <td class="actions">
        <PoolActions pool={pool} />
      </td>
    </tr>
  );
}
