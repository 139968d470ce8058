import type { Sweep } from '@rondel/contracts';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ForRole } from '../access/for-role.js';
import { OtherProject } from '../access/other-project.js';
import { ErrorText } from '../display/error-text.js';
import { StateCounts } from '../display/state-counts.js';
import { ProgressBar } from '../display/progress-bar.js';
import { ageText } from '../display/quantity.js';
import { useNow } from '../display/use-now.js';
import { useNames, type Names } from '../names/names-context.js';
import { jobsAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { ContactSheet } from './contact-sheet.js';
import { SweepActions } from './sweep-actions.js';
import { SweepFailures } from './sweep-failures.js';
import { SweepGrid } from './sweep-grid.js';
import { mostShown, pageLength } from './sweep-layout.js';
import { Varied } from './sweep-list-page.js';

const refreshEveryMs = 1500;
/** Jobs of a sweep that has ended may be run again. */
const seldomMs = 10_000;

/** One sweep: the image of every combination as they come, and what keeps others from coming. */
export function SweepPage({ id }: { readonly id: string }) {
  const server = useServer();
  const names = useNames();
  const [from, setFrom] = useState(0);
  const [asSheet, setAsSheet] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['sweep', id, from],
    queryFn: ({ signal }) => server.sweep(id, { from, limit: mostShown, signal }),
    refetchInterval: ({ state: { data: sweep } }) => (sweep?.ended === sweep?.total ? seldomMs : refreshEveryMs),
    placeholderData: keepPreviousData,
  });
  if (data === undefined)
    return error === null ? <p class="empty">Loading sweep {id} ...</p> : <ErrorText error={error} />;
  const length = pageLength(data);
  const sweep = shownSweep({ ...data, items: data.items.slice(0, length) }, names);
  return (
    <>
      <SweepHead sweep={sweep} />
      <SweepFailures sweep={sweep} />
      <div class="controls view-bar">
        <button type="button" class="small" aria-pressed={!asSheet} onClick={() => setAsSheet(false)}>
          Jobs
        </button>
        <button type="button" class="small" aria-pressed={asSheet} onClick={() => setAsSheet(true)}>
          Contact sheet
        </button>
        <span class="faint">All in one grey scale.</span>
        <span class="spacer" />
        {sweep.total > length && <Pages {...{ from, length, total: sweep.total, onChange: setFrom }} />}
      </div>
      {asSheet ? <ContactSheet sweep={sweep} from={from} /> : <SweepGrid sweep={sweep} />}
    </>
  );
}

/** What is said of the sweep, without names while these are hidden. */
function shownSweep(sweep: Sweep, names: Names): Sweep {
  return {
    ...sweep,
    vary: sweep.vary.map((one) => ({ ...one, values: one.values.map(names.ofValue) })),
    items: sweep.items.map((item) => ({
      ...item,
      assignments: Object.fromEntries(
        Object.entries(item.assignments).map(([path, value]) => [path, names.ofValue(value)]),
      ),
      ...(item.error && { error: names.inFailure(item.error, sweep) }),
      ...(item.warnings && { warnings: [...(names.inWarnings(item.warnings, sweep) ?? [])] }),
    })),
  };
}

function SweepHead({ sweep }: { readonly sweep: Sweep }) {
  const now = useNow();
  const names = useNames();
  const { id, pool, data, createdAt, ended, total, states, erased, progress } = sweep;
  const references = typeof data === 'string' ? [data] : Object.values(data);
  return (
    <>
      <div class="page-head">
        <h1>{names.ofSweep(sweep)}</h1>
        <span class="faint mono">{id}</span>
        <OtherProject of={sweep} />
        <span class="spacer" />
        <a class="button small" href={jobsAddress({ label: `sweep=${id}` })}>
          List the jobs
        </a>
        <ForRole role="submitter">
          <SweepActions sweep={sweep} />
        </ForRole>
      </div>
      <section class="panel sweep-facts" aria-label="Sweep">
        <div class="sweep-progress">
          <StateCounts {...{ states, erased }} />
          {ended < total && <ProgressBar fraction={progress.fraction} label="Progress of the sweep" />}
        </div>
        <dl class="facts">
          <dt>Varied</dt>
          <dd>
            <Varied sweep={sweep} />
          </dd>
          <dt>Data</dt>
          <dd class="mono cut">{references.map(names.ofData).join(', ')}</dd>
          <dt>Submitted</dt>
          <dd>
            <time dateTime={createdAt}>{new Date(createdAt).toLocaleString()}</time> ({ageText(createdAt, now)} ago),
            pool {pool}
          </dd>
        </dl>
      </section>
    </>
  );
}

interface PagesProps {
  readonly from: number;
  readonly length: number;
  readonly total: number;
  readonly onChange: (from: number) => void;
}

function Pages({ from, length, total, onChange }: PagesProps) {
  return (
    <>
      <span class="faint number">
        {from + 1} to {Math.min(total, from + length)} of {total}
      </span>
      <button type="button" class="small" disabled={from === 0} onClick={() => onChange(Math.max(0, from - length))}>
        Earlier
      </button>
      <button type="button" class="small" disabled={from + length >= total} onClick={() => onChange(from + length)}>
        Later
      </button>
    </>
  );
}
