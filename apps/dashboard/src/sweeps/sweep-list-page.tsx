import type { SweepSummary } from '@rondel/contracts';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ErrorText } from '../display/error-text.js';
import { StateCounts } from '../display/state-counts.js';
import { ageText } from '../display/quantity.js';
import { useNow } from '../display/use-now.js';
import { submitAddress, sweepAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { shortNames, valueWords } from './sweep-layout.js';

const refreshEveryMs = 2500;
const pageLength = 20;
/** The most that the API lists in one answer. */
const longestList = 100;

/** All sweeps, newest first, as they go on. */
export function SweepListPage() {
  const server = useServer();
  const now = useNow();
  const [limit, setLimit] = useState(pageLength);
  const { data, error } = useQuery({
    queryKey: ['sweeps', limit],
    queryFn: ({ signal }) => server.sweeps({ limit, signal }),
    refetchInterval: refreshEveryMs,
    placeholderData: keepPreviousData,
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
      {error !== null && data === undefined && <ErrorText error={error} />}
      {data?.sweeps.length === 0 && (
        <p class="empty">
          There is no sweep yet. Vary properties on the submit page, or with <code>rondel sweep</code>.
        </p>
      )}
      {data !== undefined && data.sweeps.length > 0 && (
        <div class="table-frame">
          <table class="list" aria-label="Sweeps">
            <thead>
              <tr>
                <th>Plan</th>
                <th>Varied</th>
                <th class="number">Jobs</th>
                <th class="wide">State</th>
                <th>Pool</th>
                <th class="number">Age</th>
              </tr>
            </thead>
            <tbody>
              {data.sweeps.map((sweep) => (
                <SweepRow key={sweep.id} sweep={sweep} now={now} />
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
