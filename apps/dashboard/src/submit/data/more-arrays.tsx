import { formatFragment, isLinkedName } from '@rondel/contracts';
import { useRef } from 'preact/hooks';
import { FieldProblem } from '../../fields/field-problem.js';
import { useNames } from '../../names/names-context.js';
import { arrayFieldName } from '../content/submission.js';
import type { NamedArray } from '../content/job-fields.js';
import { UploadState } from './upload-state.js';
import { useUpload } from './use-upload.js';

interface MoreArraysProps {
  readonly arrays: readonly NamedArray[];
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (arrays: readonly NamedArray[]) => void;
}

/** As many as the API takes, beside the main one. */
const mostArrays = 15;

/** Arrays beside the main one, such as dark and white fields, each with its name and where it lies. */
export function MoreArrays({ arrays, problems, onChange }: MoreArraysProps) {
  return (
    <>
      {arrays.map((array, position) => (
        <ArrayRow
          key={position}
          array={array}
          position={position}
          problem={problems[arrayFieldName(position)]}
          onChange={(changed) => onChange(arrays.with(position, changed))}
          onRemove={() => onChange(arrays.toSpliced(position, 1))}
        />
      ))}
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

interface ArrayRowProps {
  readonly array: NamedArray;
  readonly position: number;
  readonly problem: string | undefined;
  readonly onChange: (array: NamedArray) => void;
  readonly onRemove: () => void;
}

function ArrayRow({ array, position, problem, onChange, onRemove }: ArrayRowProps) {
  const names = useNames();
  // A file takes a while, and the form goes on meanwhile.
  const latest = useRef({ array, onChange });
  latest.current = { array, onChange };
  const [upload, start] = useUpload((reference, fileName) => {
    const { array: now, onChange: change } = latest.current;
    // Links find one of several files by its name.
    const name = isLinkedName(now.name.trim()) && !names.areHidden ? fileName : undefined;
    change({ ...now, reference: `${reference}${formatFragment(name === undefined ? {} : { name })}` });
  });
  const field = arrayFieldName(position);
  return (
    <div class="vary array-row" role="group" aria-label={`Further array ${position + 1}`}>
      <input
        type="text"
        aria-label="Name of the array"
        placeholder="dark, white, angles, linked"
        spellcheck={false}
        value={array.name}
        aria-invalid={problem !== undefined}
        aria-describedby={`problem-${field}`}
        onInput={({ currentTarget }) => onChange({ ...array, name: currentTarget.value })}
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
        onInput={({ currentTarget }) => onChange({ ...array, reference: currentTarget.value })}
      />
      <label class="file">
        <span class="button small">Choose a file</span>
        <input
          type="file"
          class="hidden"
          aria-label={`File of array ${array.name}`}
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            if (file !== undefined) start(file);
            currentTarget.value = '';
          }}
        />
      </label>
      <button type="button" class="small" aria-label={`Remove array ${array.name}`} onClick={onRemove}>
        Remove
      </button>
      <UploadState
        upload={{ ...upload, ...('name' in upload && { name: names.of(upload.name) }) }}
        reference={array.reference}
      />
      <FieldProblem name={field} problem={problem} />
    </div>
  );
}
