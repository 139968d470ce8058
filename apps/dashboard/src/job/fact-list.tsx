import { sweepLabel, type Job } from '@rondel/contracts';
import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { ageText, bytesText, durationText } from '../display/quantity.js';
import { computingSeconds } from '../jobs/job-facts.js';
import { Labels } from '../jobs/job-row.js';
import { sweepAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';

/** Where and from what the job was computed. */
export function FactList({ job, now }: { readonly job: Job; readonly now: number }) {
  const seconds = computingSeconds(job, now);
  return (
    <dl class="facts">
      <Fact name="Data">
        <DataReferences data={job.data} />
      </Fact>
      <Fact name="Pool">{job.pool}</Fact>
      {job.lane !== undefined && <Fact name="Lane">{[job.lane, job.submitter].filter(Boolean).join(', for ')}</Fact>}
      {job.worker !== undefined && (
        <Fact name="Worker">
          <span class="mono">{job.worker}</span>
        </Fact>
      )}
      <Fact name="Attempts">
        {job.attempts.made} of {job.attempts.allowed}
      </Fact>
      <Fact name="Submitted">
        <time dateTime={job.createdAt}>{new Date(job.createdAt).toLocaleString()}</time> ({ageText(job.createdAt, now)}{' '}
        ago)
      </Fact>
      {seconds !== undefined && <Fact name="Run time">{durationText(seconds)}</Fact>}
      {Object.keys(job.labels).length > 0 && (
        <Fact name="Labels">
          <Labels labels={job.labels} />
        </Fact>
      )}
      {job.labels[sweepLabel] !== undefined && (
        <Fact name="Sweep">
          <a class="mono" href={sweepAddress(job.labels[sweepLabel])}>
            {job.labels[sweepLabel]}
          </a>
        </Fact>
      )}
      {job.state === 'completed' && <Origin id={job.id} />}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function DataReferences({ data }: Pick<Job, 'data'>) {
  const references = typeof data === 'string' ? { data } : data;
  return (
    <>
      {Object.entries(references).map(([name, reference]) => (
        <div key={name} class="mono cut" title={reference}>
          {typeof data === 'string' ? '' : `${name} = `}
          {reference}
        </div>
      ))}
    </>
  );
}

/** What the provenance adds: the bytes that were read and the engine that computed. */
function Origin({ id }: { readonly id: string }) {
  const server = useServer();
  const { data } = useQuery({
    queryKey: ['provenance', id],
    queryFn: ({ signal }) => server.provenance(id, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined) return null;
  const { engine, data: read, packages } = data;
  return (
    <>
      <Fact name="Read">
        {read.map(({ name, format, bytes }) => `${name}: ${format}, ${bytesText(bytes)}`).join('; ')}
      </Fact>
      <Fact name="Engine">
        {engine.name} {engine.version}, {engine.device}
      </Fact>
      <Fact name="Packages">
        {Object.entries(packages)
          .map(([name, version]) => `${name} ${version}`)
          .join(', ')}
      </Fact>
      <Fact name="Provenance">
        <a href={`/v1/jobs/${id}/provenance`}>JSON</a>
      </Fact>
    </>
  );
}
