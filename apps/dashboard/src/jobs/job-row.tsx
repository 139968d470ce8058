import { isTerminal, type Job } from '@rondel/contracts';
import { ProgressBar } from '../display/progress-bar.js';
import { ageText, durationText } from '../display/quantity.js';
import { StateMark } from '../display/state-mark.js';
import { jobAddress } from '../routing/route.js';
import { WarningMark } from '../warnings/warning-mark.js';
import { JobActions } from './job-actions.js';
import { computingSeconds, planName } from './job-facts.js';

export function JobRow({ job, now }: { readonly job: Job; readonly now: number }) {
  const seconds = computingSeconds(job, now);
  return (
    <tr>
      <td>
        <StateMark state={job.state} />
        <WarningMark warnings={job.warnings} />
      </td>
      <td>
        <a href={jobAddress(job.id)}>{planName(job)}</a>
        <div class="faint mono">{job.id}</div>
      </td>
      <td data-head="pool">{job.pool}</td>
      <td class="wide">
        <JobProgress job={job} />
      </td>
      <td>
        <Labels labels={job.labels} />
      </td>
      <td class="number" data-head="age" title={job.createdAt}>
        {ageText(job.createdAt, now)}
      </td>
      <td class="number" data-head={seconds === undefined ? undefined : 'run time'}>
        {seconds === undefined ? '' : durationText(seconds)}
      </td>
      <td class="actions">
        <JobActions job={job} />
      </td>
    </tr>
  );
}

function JobProgress({ job: { id, state, progress, waiting, error } }: { readonly job: Job }) {
  if (state === 'failed') {
    return (
      <span class="faint clamp" title={error?.message}>
        <code class="bad-text">{error?.code}</code> {error?.message}
      </span>
    );
  }
  if (state === 'active') return <ProgressBar fraction={progress?.fraction} label={`Progress of job ${id}`} />;
  if (!isTerminal(state)) return <span class="faint clamp">{waiting?.reason}</span>;
  return null;
}

export function Labels({ labels }: Pick<Job, 'labels'>) {
  return (
    <span class="labels">
      {Object.entries(labels).map(([key, value]) => (
        <span key={key} class="label">
          {key}={value}
        </span>
      ))}
    </span>
  );
}
