import type { PoolRecord } from '@rondel/contracts';
import { ForRole } from '../access/for-role.js';
import { DataTable, type Column } from '../display/data-table.js';
import { PoolActions } from './pool-actions.js';

const columns: readonly Column<PoolRecord>[] = [
  {
    title: 'Pool',
    cell: ({ name, paused }) => (
      <>
        <strong>{name}</strong> {paused && <span class="state state-waiting">paused</span>}
      </>
    ),
  },
  { title: 'Waiting jobs', kind: 'number', told: true, cell: ({ waiting }) => waiting },
  { title: 'Running', kind: 'number', told: true, cell: ({ running }) => running },
  { title: 'Slots', kind: 'number', told: true, cell: ({ slots }) => slots },
  { title: 'Workers', kind: 'number', told: true, cell: ({ workers }) => workers },
  { title: 'Load', kind: 'wide', cell: (pool) => <PoolLoad pool={pool} /> },
  {
    title: 'Actions',
    kind: 'actions',
    cell: (pool) => (
      <ForRole role="operator">
        <PoolActions pool={pool} />
      </ForRole>
    ),
  },
];

export function PoolTable({ pools }: { readonly pools: readonly PoolRecord[] }) {
  return <DataTable label="Pools" columns={columns} items={pools} keyOf={({ name }) => name} />;
}

function PoolLoad({ pool: { name, slots, running, waiting } }: { readonly pool: PoolRecord }) {
  if (slots > 0) return <meter min={0} max={slots} value={running} aria-label={`Load of pool ${name}`} />;
  return <span class="faint">{waiting > 0 ? 'no worker serves this pool' : 'no workers'}</span>;
}
