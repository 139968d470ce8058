import { quantity, type SweepSummary } from '@rondel/contracts';
import { useState } from 'preact/hooks';
import { ForRole } from '../access/for-role.js';
import { OtherProject } from '../access/other-project.js';
import { Age } from '../display/age.js';
import type { Column } from '../display/data-table.js';
import { PagedTable } from '../display/paged-table.js';
import { StateCounts } from '../display/state-counts.js';
import { usePagedList } from '../display/use-paged-list.js';
import { useNames } from '../names/names-context.js';
import { submitAddress, sweepAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { shortNames, valueWords } from './sweep-layout.js';

const columns: readonly Column<SweepSummary>[] = [
  { title: 'Plan', cell: (sweep) => <Name sweep={sweep} /> },
  { title: 'Varied', cell: (sweep) => <Varied sweep={sweep} /> },
  { title: 'Jobs', kind: 'number', told: true, cell: ({ ended, total }) => `${ended} / ${total}` },
  { title: 'State', kind: 'wide', cell: ({ states, erased }) => <StateCounts {...{ states, erased }} /> },
  { title: 'Pool', told: true, cell: ({ pool }) => pool },
  { title: 'Age', kind: 'number', told: true, cell: ({ createdAt }, now) => <Age since={createdAt} now={now} /> },
];

/** All sweeps, newest first, as they go on. */
export function SweepListPage() {
  const server = useServer();
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
        <ForRole role="submitter">
          <a class="button primary" href={submitAddress({})}>
            Submit a sweep
          </a>
        </ForRole>
      </div>
      <PagedTable
        label="Sweeps"
        columns={columns}
        list={list}
        onPage={setAfter}
        keyOf={({ id }) => id}
        empty={
          <>
            There is no sweep yet. Vary properties on the submit page, or with <code>rondel sweep</code>.
          </>
        }
      />
    </>
  );
}

function Name({ sweep }: { readonly sweep: SweepSummary }) {
  const names = useNames();
  return (
    <>
      <a href={sweepAddress(sweep.id)}>{names.ofSweep(sweep)}</a>
      <div class="faint mono">
        {sweep.id} <OtherProject of={sweep} />
      </div>
    </>
  );
}

/** The properties that are varied, each with its first values. */
export function Varied({ sweep: { vary } }: { readonly sweep: Pick<SweepSummary, 'vary'> }) {
  const shown = useNames();
  const names = shortNames({ vary });
  return (
    <>
      {vary.map(({ path, values }) => (
        <div key={path} title={path}>
          {names.get(path)} <span class="faint">{firstValues(values.map(shown.ofValue))}</span>
        </div>
      ))}
    </>
  );
}

function firstValues(values: readonly unknown[]): string {
  const words = values.slice(0, 6).map(valueWords);
  return values.length > words.length
    ? `${words.join(', ')}, … ${valueWords(values.at(-1))} (${quantity(values.length, 'value')})`
    : words.join(', ');
}
