import type { JobState, StepRecord, SubjobRecord } from '@rondel/contracts';
import { ProgressBar } from '../display/progress-bar.js';
import { durationText } from '../display/quantity.js';
import { typeTitle } from '../display/type-title.js';
import { StateCounts } from '../display/state-counts.js';
import { StateMark } from '../display/state-mark.js';

/** More blocks than this are folded up. */
const mostRows = 8;

interface StepTableProps {
  readonly steps: readonly StepRecord[];
  /** Of the job. */
  readonly state: JobState;
}

/** The steps of a job in the order in which they run, each with the sub-jobs that ran it. */
export function StepTable({ steps, state }: StepTableProps) {
  if (steps.length === 0) return <p class="empty">The steps are listed when the job has started.</p>;
  return (
    <table class="steps" aria-label="Steps">
      <thead>
        <tr>
          <th>Step</th>
          <th>State</th>
          <th>Worker</th>
          <th class="number">Seconds</th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <StepRows key={step.path} step={step} state={state} />
        ))}
      </tbody>
    </table>
  );
}

function StepRows({ step, state }: { readonly step: StepRecord; readonly state: JobState }) {
  // What had not begun when another step failed.
  const neverRan = state === 'failed' && step.state === 'cancelled' && step.seconds === undefined;
  return (
    <>
      <tr>
        <td>
          {typeTitle(step.type)}
          <div class="faint">
            <span class="mono">{step.path}</span>
          </div>
          <ResumedText resumed={step.resumed} />
        </td>
        <td>
          {neverRan ? <span class="faint">not run</span> : <StateMark state={step.state} />}
          {step.cache !== undefined && step.cache.state !== 'none' && (
            <div class="faint" title={step.cache.reason}>
              cache: {step.cache.state}
            </div>
          )}
          {step.cache?.held?.map((thing) => (
            <div key={thing.path} class="faint" title={thing.reason}>
              {typeTitle(thing.type)}: {thing.state}
            </div>
          ))}
        </td>
        <td class="mono cut" title={step.worker}>
          {step.worker}
        </td>
        <td class="number">{step.seconds === undefined ? '' : durationText(step.seconds)}</td>
      </tr>
      {step.subjobs !== undefined && <Subjobs subjobs={step.subjobs} path={step.path} />}
    </>
  );
}

interface SubjobsProps {
  readonly subjobs: readonly SubjobRecord[];
  /** Of the step. */
  readonly path: string;
}

/** A few blocks are rows of the table; many are a strip of squares, with the rows behind it. */
function Subjobs({ subjobs, path }: SubjobsProps) {
  const rows = subjobs.map((subjob) => <SubjobRow key={subjob.id} subjob={subjob} path={path} />);
  if (subjobs.length <= mostRows) return <>{rows}</>;
  const states: Partial<Record<JobState, number>> = {};
  for (const { state } of subjobs) states[state] = (states[state] ?? 0) + 1;
  return (
    <tr class="subjobs">
      <td colSpan={4}>
        <details>
          <summary>
            {subjobs.length} blocks
            <span class="blocks" aria-hidden="true">
              {subjobs.map(({ id, state, worker }) => (
                <span
                  key={id}
                  class={`block part-${state}`}
                  title={`block ${id}: ${state}${worker === undefined ? '' : ` on ${worker}`}`}
                />
              ))}
            </span>
            <StateCounts states={states} />
          </summary>
          <div class="block-rows">
            <table class="steps" aria-label={`Blocks of ${path}`}>
              <tbody>{rows}</tbody>
            </table>
          </div>
        </details>
      </td>
    </tr>
  );
}

/** That a part of the work was not done again. */
function ResumedText({ resumed }: { readonly resumed: StepRecord['resumed'] | undefined }) {
  if (resumed === undefined) return null;
  const { iteration, iterations, attempt, worker } = resumed;
  return (
    <div class="faint">
      went on at iteration {iteration} of {iterations}, from the checkpoint of attempt {attempt} on{' '}
      <span class="mono">{worker}</span>
    </div>
  );
}

function SubjobRow({ subjob, path }: { readonly subjob: SubjobRecord; readonly path: string }) {
  const { id, state, worker, seconds, fraction, attempts, resumed } = subjob;
  return (
    <tr class="subjob">
      <td>
        block <span class="mono">{id}</span>
        {attempts > 1 && <span class="faint"> attempt {attempts}</span>}
        <ResumedText resumed={resumed} />
      </td>
      <td>
        {state === 'active' && fraction !== undefined ? (
          <ProgressBar fraction={fraction} label={`Progress of block ${id} of ${path}`} />
        ) : (
          <StateMark state={state} />
        )}
      </td>
      <td class="mono cut" title={worker}>
        {worker}
      </td>
      <td class="number">{seconds === undefined ? '' : durationText(seconds)}</td>
    </tr>
  );
}
