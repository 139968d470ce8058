import { engineNames, lanes } from '@rondel/contracts';
import type { ComponentChildren } from 'preact';
import { FieldProblem } from '../fields/field-problem.js';
import type { JobFields, TextFieldName } from './content/job-fields.js';

interface JobOptionsProps {
  readonly job: JobFields;
  readonly pools: readonly string[];
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (name: TextFieldName, value: string) => void;
}

/** Fields that few need. */
const more = ['worker', 'engine', 'attempts', 'timeoutSeconds'] as const;

/** Where and how the job runs, apart from its plan. */
export function JobOptions({ job, pools, problems, onChange }: JobOptionsProps) {
  const text = (name: TextFieldName, placeholder: string) => (
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
  const choice = (name: TextFieldName, values: readonly string[]) => (
    <select
      id={`field-${name}`}
      value={job[name]}
      aria-describedby={`problem-${name}`}
      onChange={({ currentTarget }) => onChange(name, currentTarget.value)}
    >
      <option value="">automatic</option>
      {values.map((value) => (
        <option key={value}>{value}</option>
      ))}
    </select>
  );
  const option = (name: TextFieldName, about: string, control: ComponentChildren) => (
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
      {option('title', 'What the job is called in lists; plan and file unless given.', text('title', 'automatic'))}
      {option('labels', 'To find the job by, e.g. sample=tooth, run=3.', text('labels', 'key=value, key=value'))}
      {option('lane', 'Whose turn it is: interactive before normal before batch.', choice('lane', lanes))}
      {option('priority', '1 to 1000; lower runs earlier.', text('priority', '100'))}
      {option(
        'split',
        'Fans the job out over workers: slice, frame, or slice:8 for blocks of 8.',
        text('split', 'not split'),
      )}
      {option(
        'strict',
        'The first warning that the image may not be right is the failure of the job.',
        <input
          id="field-strict"
          type="checkbox"
          checked={job.strict === 'yes'}
          onChange={({ currentTarget }) => onChange('strict', currentTarget.checked ? 'yes' : '')}
        />,
      )}
      <details open={more.some((name) => job[name] !== '')}>
        <summary>More</summary>
        {option(
          'worker',
          'Where it runs: a worker, or a label of workers such as gpu=a100.',
          text('worker', 'any of the pool'),
        )}
        {option('engine', 'What computes.', choice('engine', engineNames))}
        {option('attempts', 'How often lost work is started in all, 1 to 20.', text('attempts', '3'))}
        {option(
          'timeoutSeconds',
          'Computing time allowed to one attempt, in seconds.',
          text('timeoutSeconds', 'no limit'),
        )}
      </details>
    </fieldset>
  );
}
