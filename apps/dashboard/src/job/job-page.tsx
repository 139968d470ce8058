import { isTerminal, type Job, type Result } from '@rondel/contracts';
import { useMutation } from '@tanstack/preact-query';
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
import { FailurePanel } from './failure-panel.js';
import { FactList } from './fact-list.js';
import { LivePreview } from './live-preview.js';
import { PlanTree } from './plan-tree.js';
import { StepTable } from './step-table.js';
import { useJob, type LogLine } from './use-job.js';

/** One job: where it stands, what it makes, how it is made. */
export function JobPage({ id }: { readonly id: string }) {
  const { job, error, log, residuals } = useJob(id);
  const now = useNow();
  const names = useNames();
  if (job === undefined)
    return error === null ? <p class="empty">Loading job {id} ...</p> : <ErrorText error={error} />;
  return (
    <>
      <JobHead job={job} />
      {job.state === 'active' && <LiveProgress job={job} />}
      {job.waiting !== undefined && <p class="notice">{names.in(job.waiting.reason, job)}</p>}
      {job.error !== undefined && <FailurePanel failure={names.inFailure(job.error, job)} />}
      <WarningPanel warnings={names.inWarnings(job.warnings, job)} />
      <div class="job-columns">
        <div class="stack">
          {job.result !== undefined && (
            <Panel title="Image">
              <ResultImage id={job.id} result={job.result} />
            </Panel>
          )}
          {job.preview !== undefined && (
            <Panel title={isTerminal(job.state) ? 'Last preview' : 'Preview'}>
              <LivePreview preview={job.preview} residuals={residuals} />
            </Panel>
          )}
          {job.result === undefined && <StepPanel job={job} />}
          {log.length > 0 && (
            <Panel title="Log">
              <LogLines log={log.map((line) => ({ ...line, message: names.in(line.message, job) }))} />
            </Panel>
          )}
          {job.result === undefined && <FactPanel job={job} now={now} />}
        </div>
        <div class="stack">
          {job.result !== undefined && <StepPanel job={job} />}
          <Panel title="Plan">
            <PlanTree id={job.id} />
          </Panel>
          {job.result !== undefined && <FactPanel job={job} now={now} />}
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

function JobHead({ job }: { readonly job: Job }) {
  const names = useNames();
  return (
    <div class="page-head">
      <h1>{names.ofJob(job)}</h1>
      <StateMark state={job.state} />
      <span class="faint mono">{job.id}</span>
      {job.set !== undefined && <span class="faint set">{job.set}</span>}
      <span class="spacer" />
      <a class="button small" href={submitAddress({ job: job.id })}>
        Change and submit again
      </a>
      <MakeLive job={job.id} />
      <JobActions job={job} />
      <EraseJob job={job} />
    </div>
  );
}

/** Opens the plan of a job as one that can be changed. */
function MakeLive({ job }: { readonly job: string }) {
  const server = useServer();
  const create = useMutation({
    mutationFn: () => server.plan({ job }),
    networkMode: 'always',
    onSuccess: ({ id }) => window.location.assign(planAddress(id, job)),
  });
  return (
    <>
      <button type="button" class="small" disabled={create.isPending} onClick={() => create.mutate()}>
        Edit its plan
      </button>
      {create.isError && <ErrorText error={create.error} />}
    </>
  );
}

function LiveProgress({ job: { progress } }: { readonly job: Job }) {
  const { step, iteration, iterations, secondsLeft, message } = progress ?? {};
  const facts = [
    step,
    iteration !== undefined && `iteration ${iteration}${iterations === undefined ? '' : ` of ${iterations}`}`,
    secondsLeft !== undefined && `${durationText(secondsLeft)} left`,
    message,
  ].filter((fact) => typeof fact === 'string');
  return (
    <div class="live">
      <ProgressBar fraction={progress?.fraction} label="Progress of the job" />
      <span class="faint">{facts.join(' · ')}</span>
    </div>
  );
}

function StepPanel({ job: { steps, state } }: { readonly job: Job }) {
  return (
    <Panel title="Steps">
      <StepTable steps={steps} state={state} />
    </Panel>
  );
}

function FactPanel({ job, now }: { readonly job: Job; readonly now: number }) {
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
