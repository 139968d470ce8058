import { HelpText } from '../display/help-text.js';
import type { FieldKind } from './field-kind.js';
import type { PlanField } from './plan-fields.js';
import { FieldProblem } from './field-problem.js';
import { FileControl } from './file-control.js';

interface FieldInputProps {
  readonly field: PlanField;
  /** What stands in the form; the plan's own value while it was not edited. */
  readonly text: string;
  readonly problem: string | undefined;
  readonly onChange: (text: string) => void;
}

/** One property of the plan with its unit, range and description from the catalog. */
export function FieldInput({ field, text, problem, onChange }: FieldInputProps) {
  const { path, property, kind, initial } = field;
  const changed = text !== initial && text !== '';
  return (
    <div class={`field${changed ? ' field-changed' : ''}`}>
      <label for={`field-${path}`} title={path}>
        {property.name}
        {!property.optional && <span class="required"> required</span>}
      </label>
      <div class="field-value">
        <Control field={field} text={text} invalid={problem !== undefined} onChange={onChange} />
        {property.unit !== undefined && <span class="unit">{property.unit}</span>}
        {changed && (
          <button type="button" class="small" aria-label={`Reset ${path}`} onClick={() => onChange(initial)}>
            Reset
          </button>
        )}
        <FieldProblem name={path} problem={problem} />
      </div>
      <p class="faint" id={`about-${path}`}>
        <HelpText text={property.description} />
        {kind.kind === 'number' && kind.range !== '' && <span class="range"> {kind.range}</span>}
      </p>
    </div>
  );
}

interface ControlProps {
  readonly field: PlanField;
  readonly text: string;
  readonly invalid: boolean;
  readonly onChange: (text: string) => void;
}

/** What a property is written or chosen in. */
export function Control({ field: { path, property, kind, initial }, text, invalid, onChange }: ControlProps) {
  const common = {
    id: `field-${path}`,
    'aria-invalid': invalid,
    'aria-describedby': `about-${path} problem-${path}`,
  };
  if (kind.kind === 'file') {
    const { several } = kind;
    return <FileControl {...{ common, several, text, onChange }} placeholder="artifact:sha256-…, root://NAME/path" />;
  }
  if (kind.kind === 'choice' || kind.kind === 'flag' || kind.kind === 'node') {
    const choices = kind.kind === 'flag' ? ['true', 'false'] : kind.choices;
    return (
      <select {...common} value={text} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {initial === '' && <option value="">{property.optional ? 'automatic' : ''}</option>}
        {choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  return (
    <input
      {...common}
      type="text"
      inputMode={kind.kind === 'number' ? 'decimal' : 'text'}
      spellcheck={false}
      placeholder={placeholderOf(kind, property.optional)}
      value={text}
      onInput={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

function placeholderOf({ kind }: FieldKind, optional: boolean): string {
  if (kind === 'list') return '[1, 2, …]';
  return optional ? 'automatic' : '';
}
