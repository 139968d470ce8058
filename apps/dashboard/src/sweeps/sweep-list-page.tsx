import type { SweepSummary } from '@rondel/contracts';
import { useState } from 'preact/hooks';
import type { Column } from '../display/data-table.js';
import { PagedTable } from '../display/paged-table.js';
import { StateCounts } from '../display/state-counts.js';
import { ageText } from '../display/quantity.js';
import { usePagedList } from '../display/use-paged-list.js';
import { useNow } from '../display/use-now.js';
import { submitAddress, sweepAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { shortNames, valueWords } from './sweep-layout.js';

const columns: readonly Column[] = [
  { title: 'Plan' },
  { title: 'Varied' },
  { title: 'Jobs', kind: 'number' },
  { title: 'State', kind: 'wide' },
  { title: 'Pool' },
  { title: 'Age', kind: 'number' },
];

/** All sweeps, newest first, as they go on. */
export function SweepListPage() {
  const server = useServer();
  const now = useNow();
  const [after, setAfter] = useState<string | undefined>();
  const list = usePagedList({
    queryKey: ['sweeps'],
    fetchItems: async (options) => {
      const { sweeps, cursor } = await server.sweeps(options);
      return { items: sweeps, cursor };
    },
    refreshEveryMs: 2500,
    pageLength: 20,
    after,
  });
  return (
    <>
      <div class="page-head">
        <h1>Sweeps</h1>
        <span class="spacer" />
        <a class="button primary" href={submitAddress({})}>
          Submit a sweep
        </a>
      </div>
      <PagedTable
        label="Sweeps"
        columns={columns}
        list={list}
        onPage={setAfter}
        row={(sweep) => <SweepRow key={sweep.id} sweep={sweep} now={now} />}
        empty={
          <>
            There is no sweep yet. Vary properties on the submit page, or with <code>rondel sweep</code>.
          </>
        }
      />
    </>
  );
}

function SweepRow({ sweep, now }: { readonly sweep: SweepSummary; readonly now: number }) {
  const { id, plan, pool, createdAt, ended, total, states } = sweep;
  return (
    <tr>
      <td>
        <a href={sweepAddress(id)}>{plan.name ?? 'own plan'}</a>
        <div class="faint mono">{id}</div>
      </td>
      <td>
        <Varied sweep={sweep} />
      </td>
      <td class="number" data-head="jobs">
        {ended} / {total}
      </td>
      <td class="wide">
        <StateCounts states={states} />
      </td>
      <td data-head="pool">{pool}</td>
      <td class="number" data-head="age" title={createdAt}>
        {ageText(createdAt, now)}
      </td>
    </tr>
  );
}

/** The properties that are varied, each with its first values. */
export function Varied({ sweep: { vary } }: { readonly sweep: Pick<SweepSummary, 'vary'> }) {
  const names = shortNames({ vary });
  return (
    <>
      {vary.map(({ path, values }) => (
        <div key={path} title={path}>
          {names.get(path)} <span class="faint">{firstValues(values)}</span>
        </div>
      ))}
    </>
  );
}

function firstValues(values: readonly unknown[]): string {
  const words = values.slice(0, 6).map(valueWords);
  return values.length > words.length
    ? `${words.join(', ')}, … ${valueWords(values.at(-1))} (${values.length} values)`
    : words.join(', ');
}
