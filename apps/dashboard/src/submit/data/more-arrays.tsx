import { FieldProblem } from '../../fields/field-problem.js';
import { arrayFieldName } from '../content/submission.js';
import type { NamedArray } from '../content/job-fields.js';

interface MoreArraysProps {
  readonly arrays: readonly NamedArray[];
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (arrays: readonly NamedArray[]) => void;
}

/** As many as the API takes, beside the main one. */
const mostArrays = 15;

/** Arrays beside the main one, such as dark and white fields, each with its name and where it lies. */
export function MoreArrays({ arrays, problems, onChange }: MoreArraysProps) {
  const replace = (position: number, array: NamedArray) => onChange(arrays.with(position, array));
  return (
    <>
      {arrays.map((array, position) => {
        const field = arrayFieldName(position);
        const invalid = problems[field] !== undefined;
        return (
          <div key={position} class="vary" role="group" aria-label={`Further array ${position + 1}`}>
            <input
              type="text"
              aria-label="Name of the array"
              placeholder="dark, white, angles"
              spellcheck={false}
              value={array.name}
              aria-invalid={invalid}
              aria-describedby={`problem-${field}`}
              onInput={({ currentTarget }) => replace(position, { ...array, name: currentTarget.value })}
            />
            <input
              type="text"
              class="mono"
              aria-label="Data reference of the array"
              placeholder="artifact:sha256-…, root://NAME/path"
              maxLength={4096}
              spellcheck={false}
              value={array.reference}
              aria-describedby={`problem-${field}`}
              onInput={({ currentTarget }) => replace(position, { ...array, reference: currentTarget.value })}
            />
            <button
              type="button"
              class="small"
              aria-label={`Remove array ${array.name}`}
              onClick={() => onChange(arrays.toSpliced(position, 1))}
            >
              Remove
            </button>
            <FieldProblem name={field} problem={problems[field]} />
          </div>
        );
      })}
      <button
        type="button"
        class="small"
        disabled={arrays.length >= mostArrays}
        onClick={() => onChange([...arrays, { name: '', reference: '' }])}
      >
        Add an array
      </button>
    </>
  );
}
