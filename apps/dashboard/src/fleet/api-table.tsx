import type { ApiRecord } from '@rondel/contracts';
import { DataTable, type Column } from '../display/data-table.js';
import { ageText } from '../display/quantity.js';
import { useNow } from '../display/use-now.js';
import { BuildMark } from './build-mark.js';

const columns: readonly Column[] = [
  { title: 'API' },
  { title: 'Listens on', kind: 'wide' },
  { title: 'Build' },
  { title: 'Store' },
  { title: 'Heartbeat', kind: 'number' },
  { title: 'Up', kind: 'number' },
];

export function ApiTable({ apis }: { readonly apis: readonly ApiRecord[] }) {
  const now = useNow();
  return (
    <DataTable label="APIs" columns={columns} asList>
      {apis.map((api) => (
        <ApiRow key={api.id} api={api} now={now} />
      ))}
    </DataTable>
  );
}

function ApiRow({ api, now }: { readonly api: ApiRecord; readonly now: number }) {
  const { id, host, pid, url, store, heartbeatAt, startedAt } = api;
  return (
    <tr>
      <td>
        <span class="mono">{id}</span>
        <div class="faint">
          {host}, process {pid}
        </div>
      </td>
      <td class="wide mono">{url}</td>
      <td data-head="build">
        <BuildMark {...api} />
      </td>
      <td>
        {store === undefined ? (
          <span class="state state-failed">another store</span>
        ) : (
          <span class="state state-completed">shared store</span>
        )}
      </td>
      <td class="number" data-head="heartbeat">
        {ageText(heartbeatAt, now)}
      </td>
      <td class="number" data-head="up">
        {ageText(startedAt, now)}
      </td>
    </tr>
  );
}
