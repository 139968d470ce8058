import { isTerminal, toFailure, type Erasure, type Job, type ResidualPoint, type Result } from '@rondel/contracts';
import { useMutation } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ForRole } from '../access/for-role.js';
import { OtherProject } from '../access/other-project.js';
import { ErrorText } from '../display/error-text.js';
import { Panel } from '../display/panel.js';
import { ProgressBar } from '../display/progress-bar.js';
import { durationText } from '../display/quantity.js';
import { StateMark } from '../display/state-mark.js';
import { useNow } from '../display/use-now.js';
import { ImageViewer } from '../image/image-viewer.js';
import { RemovedImage } from '../image/removed-image.js';
import { JobActions } from '../jobs/job-actions.js';
import { useNames } from '../names/names-context.js';
import { planAddress, submitAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { WarningPanel } from '../warnings/warning-panel.js';
import { EraseJob } from './erase-job.js';
import { ErasedJob, UnknownJob } from './erased-job.js';
import { FailurePanel } from './failure-panel.js';
import { FactList } from './fact-list.js';
import { LivePreview } from './live-preview.js';
import { PlanTree } from './plan-tree.js';
import { StepTable } from './step-table.js';
import { useJob, type LogLine } from './use-job.js';

/** One job: where it stands, what it makes, how it is made. */
export function JobPage({ id }: { readonly id: string }) {
  const { job, error, log, residuals } = useJob(id);
  const [erasure, setErasure] = useState<Erasure>();
  if (erasure !== undefined) return <ErasedJob erasure={erasure} />;
  const failure = error === null ? undefined : toFailure(error);
  // What this page still remembers of it is gone elsewhere.
  if (failure?.code === 'NOT_FOUND') return <UnknownJob id={id} failure={failure} />;
  if (job === undefined)
    return error === null ? <p class="empty">Loading job {id} ...</p> : <ErrorText error={error} />;
  return <JobView job={job} log={log} residuals={residuals} onErased={setErasure} />;
}

interface JobViewProps {
  readonly job: Job;
  readonly log: readonly LogLine[];
  readonly residuals: readonly ResidualPoint[];
  readonly onErased: (erasure: Erasure) => void;
}

function JobView({ job, log, residuals, onErased }: JobViewProps) {
  const names = useNames();
  const { result, preview } = job;
  return (
    <>
      <JobHead job={job} onErased={onErased} />
      {job.state === 'active' && <LiveProgress job={job} />}
      {job.waiting !== undefined && <p class="notice">{names.in(job.waiting.reason, job)}</p>}
      {job.error !== undefined && <FailurePanel failure={names.inFailure(job.error, job)} />}
      <WarningPanel warnings={names.inWarnings(job.warnings, job)} />
      <div class="job-columns">
        <div class="stack">
          {result !== undefined && (
            <Panel title="Image">
              <ResultImage id={job.id} result={result} />
            </Panel>
          )}
          {preview !== undefined && (
            <Panel title={isTerminal(job.state) ? 'Last preview' : 'Preview'}>
              <LivePreview preview={preview} residuals={residuals} />
            </Panel>
          )}
          {result === undefined && <StepPanel job={job} />}
          {log.length > 0 && (
            <Panel title="Log">
              <LogLines log={log.map((line) => ({ ...line, message: names.in(line.message, job) }))} />
            </Panel>
          )}
          {result === undefined && <FactPanel job={job} />}
        </div>
        <div class="stack">
          {result !== undefined && <StepPanel job={job} />}
          <Panel title="Plan">
            <PlanTree id={job.id} />
          </Panel>
          {result !== undefined && <FactPanel job={job} />}
        </div>
      </div>
    </>
  );
}

function ResultImage({ id, result }: { readonly id: string; readonly result: Result }) {
  const { artifact, collectedAt } = result;
  if (collectedAt !== undefined) return <RemovedImage result={result} collectedAt={collectedAt} />;
  return <ImageViewer key={artifact} id={id} result={result} />;
}

function JobHead({ job, onErased }: Pick<JobViewProps, 'job' | 'onErased'>) {
  const names = useNames();
  return (
    <div class="page-head">
      <h1>{names.ofJob(job)}</h1>
      <StateMark state={job.state} />
      <span class="faint mono">{job.id}</span>
      <OtherProject of={job} />
      {job.set !== undefined && <span class="faint set">{names.inPlan(job.set)}</span>}
      <span class="spacer" />
      <ForRole role="submitter">
        <a class="button small" href={submitAddress({ job: job.id })}>
          Change and submit again
        </a>
        <MakeLive job={job} />
        <JobActions job={job} />
        <EraseJob job={job} onErased={onErased} />
      </ForRole>
    </div>
  );
}

/** Opens the plan of a job as one that can be changed. */
function MakeLive({ job }: { readonly job: Job }) {
  const server = useServer();
  const create = useMutation({
    mutationFn: () => server.plan({ job: job.id }),
    networkMode: 'always',
    onSuccess: ({ id }) => window.location.assign(planAddress(id, job.id)),
  });
  return (
    <>
      <button type="button" class="small" disabled={create.isPending} onClick={() => create.mutate()}>
        Edit its plan
      </button>
      {create.isError && <ErrorText error={create.error} about={job} />}
    </>
  );
}

function LiveProgress({ job }: { readonly job: Job }) {
  const names = useNames();
  const { progress } = job;
  const { step, iteration, iterations, secondsLeft, message } = progress ?? {};
  const facts = [
    step,
    iteration !== undefined && `iteration ${iteration}${iterations === undefined ? '' : ` of ${iterations}`}`,
    secondsLeft !== undefined && `${durationText(secondsLeft)} left`,
    message !== undefined && names.in(message, job),
  ].filter((fact) => typeof fact === 'string');
  return (
    <div class="live">
      <ProgressBar fraction={progress?.fraction} label="Progress of the job" />
      <span class="faint">{facts.join(' · ')}</span>
    </div>
  );
}

function StepPanel({ job }: { readonly job: Job }) {
  const names = useNames();
  const steps = job.steps.map((step) =>
    step.cache?.reason === undefined
      ? step
      : { ...step, cache: { ...step.cache, reason: names.in(step.cache.reason, job) } },
  );
  return (
    <Panel title="Steps">
      <StepTable steps={steps} state={job.state} />
    </Panel>
  );
}

function FactPanel({ job }: { readonly job: Job }) {
  const now = useNow();
  return (
    <Panel title="Facts">
      <FactList job={job} now={now} />
    </Panel>
  );
}

function LogLines({ log }: { readonly log: readonly LogLine[] }) {
  return (
    <ol class="log">
      {log.map(({ level, message }, position) => (
        <li key={position} class={level === 'warn' ? 'warn-text' : undefined}>
          {message}
        </li>
      ))}
    </ol>
  );
}
