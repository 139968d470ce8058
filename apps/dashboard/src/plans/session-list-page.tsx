import type { SessionSummary } from '@rondel/contracts';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ErrorText } from '../display/error-text.js';
import { ageText, durationText } from '../display/quantity.js';
import { useNow } from '../display/use-now.js';
import { planAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';

const refreshEveryMs = 2500;
const pageLength = 20;
/** The most that the API lists in one answer. */
const longestList = 100;

/** Plans that are live on the server, newest first. */
export function SessionListPage() {
  const server = useServer();
  const now = useNow();
  const [limit, setLimit] = useState(pageLength);
  const { data, error } = useQuery({
    queryKey: ['sessions', limit],
    queryFn: ({ signal }) => server.sessions({ limit, signal }),
    refetchInterval: refreshEveryMs,
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <div class="page-head">
        <h1>Live plans</h1>
        <span class="spacer" />
        <NewSession />
      </div>
      {error !== null && data === undefined && <ErrorText error={error} />}
      {data?.sessions.length === 0 && (
        <p class="empty">
          No plan is live. Whoever has the address of a live plan sees it change and can change it, here or from a
          program.
        </p>
      )}
      {data !== undefined && data.sessions.length > 0 && (
        <div class="table-frame">
          <table class="list" aria-label="Live plans">
            <thead>
              <tr>
                <th>Plan</th>
                <th class="number">Changes</th>
                <th class="number">Age</th>
                <th class="number">Expires in</th>
              </tr>
            </thead>
            <tbody>
              {data.sessions.map((session) => (
                <SessionRow key={session.id} session={session} now={now} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data?.cursor !== undefined && limit < longestList && (
        <button type="button" class="more" onClick={() => setLimit(Math.min(longestList, limit + pageLength))}>
          Show more
        </button>
      )}
    </>
  );
}

function SessionRow({ session, now }: { readonly session: SessionSummary; readonly now: number }) {
  const { id, plan, version, createdAt, expiresAt } = session;
  return (
    <tr>
      <td>
        <a href={planAddress(id)}>{plan.name ?? plan.type}</a>
        <div class="faint mono">{id}</div>
      </td>
      <td class="number" data-head="changes">
        {version}
      </td>
      <td class="number" data-head="age" title={createdAt}>
        {ageText(createdAt, now)}
      </td>
      <td class="number" data-head="expires in" title={`${expiresAt}; every use puts it off`}>
        {durationText(Math.max(0, (Date.parse(expiresAt) - now) / 1000))}
      </td>
    </tr>
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
