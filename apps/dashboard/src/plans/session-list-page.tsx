import type { SessionSummary } from '@rondel/contracts';
import { useMutation, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ForRole } from '../access/for-role.js';
import { Age } from '../display/age.js';
import type { Column } from '../display/data-table.js';
import { ErrorText } from '../display/error-text.js';
import { PagedTable } from '../display/paged-table.js';
import { durationText } from '../display/quantity.js';
import { usePagedList } from '../display/use-paged-list.js';
import { planAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';

const columns: readonly Column<SessionSummary>[] = [
  {
    title: 'Plan',
    cell: ({ id, plan }) => (
      <>
        <a href={planAddress(id)}>{plan.name ?? plan.type}</a>
        <div class="faint mono">{id}</div>
      </>
    ),
  },
  { title: 'Changes', kind: 'number', told: true, cell: ({ version }) => version },
  { title: 'Age', kind: 'number', told: true, cell: ({ createdAt }, now) => <Age since={createdAt} now={now} /> },
  {
    title: 'Expires in',
    kind: 'number',
    told: true,
    cell: ({ expiresAt }, now) => (
      <time dateTime={expiresAt} title={`${new Date(expiresAt).toLocaleString()}; every use puts it off`}>
        {durationText(Math.max(0, (Date.parse(expiresAt) - now) / 1000))}
      </time>
    ),
  },
];

/** Plans that are live on the server, newest first. */
export function SessionListPage() {
  const server = useServer();
  const [after, setAfter] = useState<string | undefined>();
  const list = usePagedList({
    queryKey: ['sessions'],
    fetchItems: async (options) => {
      const { sessions, cursor } = await server.sessions(options);
      return { items: sessions, cursor };
    },
    refreshEveryMs: 2500,
    pageLength: 20,
    after,
  });
  return (
    <>
      <div class="page-head">
        <h1>Live plans</h1>
        <span class="spacer" />
        <ForRole role="submitter">
          <NewSession />
        </ForRole>
      </div>
      <PagedTable
        label="Live plans"
        columns={columns}
        list={list}
        onPage={setAfter}
        keyOf={({ id }) => id}
        empty={
          <>
            No plan is live. Whoever has the address of a live plan sees it change and can change it, here or from a
            program.
          </>
        }
      />
    </>
  );
}

/** Makes a built-in plan live and goes there. */
function NewSession() {
  const server = useServer();
  const [chosen, setChosen] = useState('');
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: ({ signal }) => server.catalog({ signal }) });
  const names = catalog.data?.plans.map(({ name }) => name) ?? [];
  const name = chosen === '' ? names[0] : chosen;
  const create = useMutation({
    mutationFn: (source: string) => server.plan({ name: source }),
    networkMode: 'always',
    onSuccess: ({ id }) => window.location.assign(planAddress(id)),
  });
  return (
    <form
      class="controls"
      onSubmit={(event) => {
        event.preventDefault();
        if (name !== undefined) create.mutate(name);
      }}
    >
      <label>
        Built-in plan
        <select value={name} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
          {names.map((known) => (
            <option key={known}>{known}</option>
          ))}
        </select>
      </label>
      <button type="submit" class="primary" disabled={name === undefined || create.isPending}>
        Make it live
      </button>
      {create.isError && <ErrorText error={create.error} />}
    </form>
  );
}
