import type { StepRecord, SubjobRecord } from '@rondel/contracts';
import { ProgressBar } from '../display/progress-bar.js';
import { durationText } from '../display/quantity.js';
import { StateMark } from '../display/state-mark.js';

/** The steps of a job in the order in which they run, each with the sub-jobs that ran it. */
export function StepTable({ steps }: { readonly steps: readonly StepRecord[] }) {
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
          <StepRows key={step.path} step={step} />
        ))}
      </tbody>
    </table>
  );
}

function StepRows({ step }: { readonly step: StepRecord }) {
  return (
    <>
      <tr>
        <td>
          <span class="mono">{step.path}</span>
          <div class="faint cut" title={step.type}>
            {step.type}
          </div>
        </td>
        <td>
          <StateMark state={step.state} />
          {step.cache !== undefined && (
            <div class="faint" title={step.cache.reason}>
              cache: {step.cache.state}
            </div>
          )}
        </td>
        <td class="mono cut" title={step.worker}>
          {step.worker}
        </td>
        <td class="number">{step.seconds === undefined ? '' : durationText(step.seconds)}</td>
      </tr>
      {step.subjobs?.map((subjob) => (
        <SubjobRow key={subjob.id} subjob={subjob} path={step.path} />
      ))}
    </>
  );
}

function SubjobRow({ subjob, path }: { readonly subjob: SubjobRecord; readonly path: string }) {
  const { id, state, worker, seconds, fraction, attempts } = subjob;
  return (
    <tr class="subjob">
      <td>
        block <span class="mono">{id}</span>
        {attempts > 1 && <span class="faint"> attempt {attempts}</span>}
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
