import { quotaWords, type QuotaUse } from '@rondel/contracts';
import { useQuery } from '@tanstack/preact-query';
import { DataTable, type Column } from '../display/data-table.js';
import { ProgressBar } from '../display/progress-bar.js';
import { bytesText, durationText } from '../display/quantity.js';
import { useServer } from '../server/server-context.js';

const refreshEveryMs = 5000;

/** What one's project and oneself may have at most, and how much they have; nothing where there is no quota. */
export function QuotaTable() {
  const server = useServer();
  const { data } = useQuery({
    queryKey: ['quota'],
    queryFn: ({ signal }) => server.quota({ signal }),
    refetchInterval: refreshEveryMs,
  });
  const limited = data?.quotas.filter(({ limit }) => limit !== undefined) ?? [];
  if (data === undefined || limited.length === 0) return null;
  const nameOf = ({ of }: QuotaUse) => (of === 'project' ? `project ${data.project}` : (data.submitter ?? 'you'));
  return (
    <>
      <div class="page-head">
        <h1>Quotas</h1>
      </div>
      <DataTable
        label="Quotas"
        columns={[{ title: 'Of', cell: nameOf }, ...columns]}
        items={limited}
        keyOf={({ of, quota }) => `${of} ${quota}`}
      />
    </>
  );
}

const columns: readonly Column<QuotaUse>[] = [
  {
    title: 'Quota',
    kind: 'wide',
    cell: ({ quota }) => (
      <>
        <span class="mono">{quota}</span>
        <div class="faint">{quotaWords[quota]}</div>
      </>
    ),
  },
  { title: 'Used', kind: 'number', told: true, cell: ({ quota, used }) => amountText(quota, used) },
  { title: 'Most', kind: 'number', told: true, cell: ({ quota, limit }) => amountText(quota, limit) },
  {
    title: 'Share',
    told: true,
    cell: ({ quota, used, limit = 0 }) =>
      used === undefined ? '' : <ProgressBar fraction={partOf(used, limit)} label={`${quota} used`} />,
  },
];

function partOf(used: number, limit: number): number {
  return limit === 0 ? 1 : Math.min(1, used / limit);
}

/** In the unit of the quota. */
function amountText(quota: QuotaUse['quota'], amount: number | undefined): string {
  if (amount === undefined) return '';
  if (quota.endsWith('Bytes')) return bytesText(amount);
  return quota === 'secondsPerDay' || quota === 'attemptSeconds' ? durationText(amount) : String(amount);
}
