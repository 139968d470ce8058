import type { ComponentChildren } from 'preact';
import { FieldProblem } from './field-problem.js';
import type { JobFields } from './submission.js';

interface JobOptionsProps {
  readonly job: JobFields;
  readonly pools: readonly string[];
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (name: keyof JobFields, value: string) => void;
}

/** Where and how the job runs, apart from its plan. */
export function JobOptions({ job, pools, problems, onChange }: JobOptionsProps) {
  const text = (name: keyof JobFields, placeholder: string) => (
    <input
      id={`field-${name}`}
      type="text"
      value={job[name]}
      placeholder={placeholder}
      aria-invalid={problems[name] !== undefined}
      aria-describedby={`problem-${name}`}
      onInput={({ currentTarget }) => onChange(name, currentTarget.value)}
    />
  );
  const option = (name: keyof JobFields, about: string, control: ComponentChildren) => (
    <div class="field">
      <label for={`field-${name}`}>{name}</label>
      <div class="field-value">
        {control}
        <FieldProblem name={name} problem={problems[name]} />
      </div>
      <p class="faint">{about}</p>
    </div>
  );
  return (
    <fieldset>
      <legend>Job</legend>
      {option(
        'pool',
        'The workers that may run it.',
        <select
          id="field-pool"
          value={job.pool}
          aria-describedby="problem-pool"
          onChange={({ currentTarget }) => onChange('pool', currentTarget.value)}
        >
          {[...new Set([job.pool, ...pools])].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>,
      )}
      {option('labels', 'To find the job by, e.g. sample=tooth, run=3.', text('labels', 'key=value, key=value'))}
      {option('priority', '1 to 1000; lower runs earlier.', text('priority', '100'))}
      {option(
        'split',
        'Fans the job out over workers: slice, frame, or slice:8 for blocks of 8.',
        text('split', 'not split'),
      )}
    </fieldset>
  );
}
