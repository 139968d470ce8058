import { sweepLabel, type Job } from '@rondel/contracts';
import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { ageText, bytesText, durationText } from '../display/quantity.js';
import { computingSeconds } from '../jobs/job-facts.js';
import { Labels } from '../jobs/labels.js';
import { isId } from '../names/hidden-names.js';
import { useNames } from '../names/names-context.js';
import { jobAddress, sweepAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';

const mostReruns = 20;
const rerunsEveryMs = 5000;

/** Where and from what the job was computed. */
export function FactList({ job, now }: { readonly job: Job; readonly now: number }) {
  const seconds = computingSeconds(job, now);
  const names = useNames();
  const { lane, submitter, labels } = job;
  const sweep = labels[sweepLabel];
  return (
    <dl class="facts">
      <Fact name="Data">
        <DataReferences data={job.data} />
      </Fact>
      <RunsOfJob job={job} />
      <Fact name="Pool">{job.pool}</Fact>
      {lane !== undefined && (
        <Fact name="Lane">
          {lane}
          {submitter !== undefined && `, for ${names.of(submitter)}`}
        </Fact>
      )}
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
      {sweep !== undefined && isId(sweep) && (
        <Fact name="Sweep">
          <a class="mono" href={sweepAddress(sweep)}>
            {sweep}
          </a>
        </Fact>
      )}
      {job.state === 'completed' && <Origin id={job.id} />}
    </dl>
  );
}

/** The job that this one runs again, and those that run this one again. */
function RunsOfJob({ job: { id, state, rerunOf } }: { readonly job: Job }) {
  const server = useServer();
  const { data } = useQuery({
    queryKey: ['jobs', 'again', id],
    queryFn: ({ signal }) => server.jobs({ rerunOf: id, limit: mostReruns, signal }),
    enabled: state === 'completed',
    refetchInterval: rerunsEveryMs,
  });
  const reruns = data?.jobs ?? [];
  return (
    <>
      {rerunOf !== undefined && (
        <Fact name="Runs again">
          <JobLink id={rerunOf} />
        </Fact>
      )}
      {reruns.length > 0 && (
        <Fact name="Run again as">
          {reruns.map((rerun) => (
            <div key={rerun.id}>
              <JobLink id={rerun.id} /> {rerun.state}
            </div>
          ))}
          {data?.cursor !== undefined && <div class="faint">and older ones</div>}
        </Fact>
      )}
    </>
  );
}

function JobLink({ id }: { readonly id: string }) {
  return (
    <a class="mono" href={jobAddress(id)}>
      {id}
    </a>
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
  const names = useNames();
  const references = typeof data === 'string' ? { data } : data;
  return (
    <>
      {Object.entries(references).map(([name, reference]) => (
        <div key={name} class="mono cut" title={names.ofData(reference)}>
          {typeof data === 'string' ? '' : `${name} = `}
          {names.ofData(reference)}
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
