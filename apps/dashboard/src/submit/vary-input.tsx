import { FieldProblem } from '../fields/field-problem.js';
import type { FieldGroup } from '../fields/plan-fields.js';
import { varyFieldName } from './content/vary-field.js';
import type { VaryFields, VaryRow } from './content/vary.js';

interface VaryInputProps {
  readonly vary: VaryFields;
  readonly groups: readonly FieldGroup[];
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (vary: VaryFields) => void;
}

/** As many as the API takes. */
const mostRows = 16;

/** Makes a sweep of the job: properties with several values each. */
export function VaryInput({ vary, groups, problems, onChange }: VaryInputProps) {
  const { rows, combine } = vary;
  const paths = groups.flatMap(({ fields }) => fields.map(({ path }) => path));
  const replace = (position: number, row: VaryRow) => onChange({ ...vary, rows: rows.with(position, row) });
  const unused = paths.find((path) => rows.every((row) => row.path !== path)) ?? '';
  return (
    <fieldset>
      <legend>Sweep</legend>
      <p class="faint about">
        One job for each way to set some properties: values with commas between them, or <code>start:step:stop</code>.
      </p>
      {rows.map((row, position) => (
        <div key={position} class="vary" role="group" aria-label={`Varied property ${position + 1}`}>
          <select
            aria-label="Property"
            value={row.path}
            onChange={({ currentTarget }) => replace(position, { ...row, path: currentTarget.value })}
          >
            {[...new Set([row.path, ...paths])].map((path) => (
              <option key={path}>{path}</option>
            ))}
          </select>
          <input
            type="text"
            aria-label="Values"
            spellcheck={false}
            placeholder="1, 2, 3 or 10:10:50"
            value={row.text}
            aria-invalid={problems[varyFieldName(position)] !== undefined}
            aria-describedby={`problem-${varyFieldName(position)}`}
            onInput={({ currentTarget }) => replace(position, { ...row, text: currentTarget.value })}
          />
          <button
            type="button"
            class="small"
            aria-label={`Do not vary ${row.path}`}
            onClick={() => onChange({ ...vary, rows: rows.toSpliced(position, 1) })}
          >
            Remove
          </button>
          <FieldProblem name={varyFieldName(position)} problem={problems[varyFieldName(position)]} />
        </div>
      ))}
      <div class="controls">
        <button
          type="button"
          class="small"
          disabled={rows.length >= Math.min(mostRows, paths.length)}
          onClick={() => onChange({ ...vary, rows: [...rows, { path: unused, text: '' }] })}
        >
          {rows.length === 0 ? 'Vary a property' : 'Vary another'}
        </button>
        {rows.length > 1 && (
          <label>
            Combine
            <select
              value={combine}
              onChange={({ currentTarget: { value } }) =>
                onChange({ ...vary, combine: value === 'zip' ? 'zip' : 'product' })
              }
            >
              <option value="product">all with all</option>
              <option value="zip">side by side</option>
            </select>
          </label>
        )}
      </div>
    </fieldset>
  );
}
