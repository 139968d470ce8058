import { isTerminal, type Job } from '@rondel/contracts';
import { ForRole } from '../access/for-role.js';
import { Age } from '../display/age.js';
import { OtherProject } from '../access/other-project.js';
import type { Column } from '../display/data-table.js';
import { ProgressBar } from '../display/progress-bar.js';
import { durationText } from '../display/quantity.js';
import { StateMark } from '../display/state-mark.js';
import { thumbnailAddress } from '../image/grey-scale.js';
import type { GreyWindow } from '../image/grey-window.js';
import { useNames } from '../names/names-context.js';
import { jobAddress } from '../routing/route.js';
import { WarningMark } from '../warnings/warning-mark.js';
import { JobActions } from './job-actions.js';
import { computingSeconds } from './job-facts.js';
import { Labels } from './labels.js';

const thumbnailSide = 64;

/** A job as it stands in the list. */
export interface ListedJob {
  readonly job: Job;
  /** Of the small picture; absent where there is none to compare with. */
  readonly scale: GreyWindow | undefined;
  readonly chosen: boolean;
  readonly onChoose: (chosen: boolean) => void;
}

/** What the list says of each job. */
export const jobColumns: readonly Column<ListedJob>[] = [
  {
    title: 'Choose',
    kind: 'hidden',
    cell: (listed) => (
      <ForRole role="submitter">
        <Choice {...listed} />
      </ForRole>
    ),
  },
  { title: 'State', cell: ({ job }) => <Standing job={job} /> },
  { title: 'Job', cell: ({ job, scale }) => <Name job={job} scale={scale} /> },
  { title: 'Pool', told: true, cell: ({ job }) => job.pool },
  { title: 'Progress', kind: 'wide', cell: ({ job }) => <Progress job={job} /> },
  { title: 'Labels', cell: ({ job }) => <Labels labels={job.labels} /> },
  { title: 'Age', kind: 'number', told: true, cell: ({ job }, now) => <Age since={job.createdAt} now={now} /> },
  { title: 'Run time', kind: 'number', told: true, cell: ({ job }, now) => runTime(job, now) },
  {
    title: 'Actions',
    kind: 'actions',
    cell: ({ job }) => (
      <ForRole role="submitter">
        <JobActions job={job} />
      </ForRole>
    ),
  },
];

function Choice({ job, chosen, onChoose }: ListedJob) {
  return (
    <input
      type="checkbox"
      checked={chosen}
      aria-label={`Choose job ${job.id}`}
      onChange={({ currentTarget }) => onChoose(currentTarget.checked)}
    />
  );
}

function Standing({ job }: Pick<ListedJob, 'job'>) {
  const names = useNames();
  return (
    <>
      <StateMark state={job.state} />
      <WarningMark warnings={names.inWarnings(job.warnings, job)} />
    </>
  );
}

function Name({ job, scale }: Pick<ListedJob, 'job' | 'scale'>) {
  const names = useNames();
  return (
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
        {job.set !== undefined && <div class="cut set">{names.inPlan(job.set)}</div>}
        <div class="faint mono">
          {job.id} <OtherProject of={job} />
        </div>
      </div>
    </div>
  );
}

function Progress({ job }: Pick<ListedJob, 'job'>) {
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

function runTime(job: Job, now: number): string {
  const seconds = computingSeconds(job, now);
  return seconds === undefined ? '' : durationText(seconds);
}
