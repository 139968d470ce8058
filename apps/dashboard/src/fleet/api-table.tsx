import type { ApiRecord } from '@rondel/contracts';
import { Age } from '../display/age.js';
import { DataTable, type Column } from '../display/data-table.js';
import { BuildMark } from './build-mark.js';

const columns: readonly Column<ApiRecord>[] = [
  {
    title: 'API',
    cell: ({ id, host, pid }) => (
      <>
        <span class="mono">{id}</span>
        <div class="faint">
          {host}, process {pid}
        </div>
      </>
    ),
  },
  { title: 'Listens on', kind: 'wide', cell: ({ url }) => <span class="mono">{url}</span> },
  { title: 'Build', told: true, cell: (api) => <BuildMark {...api} /> },
  { title: 'Store', cell: ({ store }) => <StoreMark store={store} /> },
  {
    title: 'Heartbeat',
    kind: 'number',
    told: true,
    cell: ({ heartbeatAt }, now) => <Age since={heartbeatAt} now={now} />,
  },
  { title: 'Up', kind: 'number', told: true, cell: ({ startedAt }, now) => <Age since={startedAt} now={now} /> },
];

export function ApiTable({ apis }: { readonly apis: readonly ApiRecord[] }) {
  return <DataTable label="APIs" columns={columns} items={apis} keyOf={({ id }) => id} />;
}

function StoreMark({ store }: { readonly store: ApiRecord['store'] | undefined }) {
  if (store === undefined) return <span class="state state-failed">another store</span>;
  return <span class="state state-completed">shared store</span>;
}
