import { isTerminal, sweepLabel, type Job } from '@rondel/contracts';
import { ProgressBar } from '../display/progress-bar.js';
import { ageText, durationText } from '../display/quantity.js';
import { StateMark } from '../display/state-mark.js';
import { thumbnailAddress } from '../image/grey-scale.js';
import type { GreyWindow } from '../image/grey-window.js';
import { jobAddress } from '../routing/route.js';
import { useNames } from '../names/names-context.js';
import { WarningMark } from '../warnings/warning-mark.js';
import { JobActions } from './job-actions.js';
import { computingSeconds } from './job-facts.js';

const thumbnailSide = 64;

interface JobRowProps {
  readonly job: Job;
  readonly now: number;
  /** Of the small picture; absent where there is none to compare with. */
  readonly scale: GreyWindow | undefined;
  readonly chosen: boolean;
  readonly onChoose: (chosen: boolean) => void;
}

export function JobRow({ job, now, scale, chosen, onChoose }: JobRowProps) {
  const seconds = computingSeconds(job, now);
  const names = useNames();
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          checked={chosen}
          aria-label={`Choose job ${job.id}`}
          onChange={({ currentTarget }) => onChoose(currentTarget.checked)}
        />
      </td>
      <td>
        <StateMark state={job.state} />
        <WarningMark warnings={names.inWarnings(job.warnings, job)} />
      </td>
      <td>
        <div class="job-name">
          {job.result !== undefined && job.result.collectedAt === undefined && scale !== undefined && (
            <img
              src={thumbnailAddress(job.id, scale, thumbnailSide)}
              width="40"
              height="40"
              alt=""
              loading="lazy"
              title={`Grey from ${scale.low} to ${scale.high}, as all images of this data in the list`}
            />
          )}
          <div>
            <a href={jobAddress(job.id)}>{names.ofJob(job)}</a>
            {job.set !== undefined && <div class="cut set">{job.set}</div>}
            <div class="faint mono">{job.id}</div>
          </div>
        </div>
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

function JobProgress({ job }: { readonly job: Job }) {
  const names = useNames();
  const { id, state, progress, waiting } = job;
  const error = job.error && names.inFailure(job.error, job);
  if (state === 'failed') {
    return (
      <span class="faint clamp" title={error?.message}>
        <code class="bad-text">{error?.code}</code> {error?.message}
      </span>
    );
  }
  if (state === 'active') return <ProgressBar fraction={progress?.fraction} label={`Progress of job ${id}`} />;
  if (!isTerminal(state)) return <span class="faint clamp">{waiting && names.in(waiting.reason, job)}</span>;
  return null;
}

export function Labels({ labels }: Pick<Job, 'labels'>) {
  const names = useNames();
  return (
    <span class="labels">
      {Object.entries(labels).map(([key, value]) => (
        <span key={key} class="label">
          {key}={key === sweepLabel ? value : names.of(value)}
        </span>
      ))}
    </span>
  );
}
