import { toFailure, type Problem } from '@rondel/contracts';
import { planLimits } from '@rondel/plan';
import { useState } from 'preact/hooks';
import { useNames } from '../names/names-context.js';
import { ProblemText } from '../job/failure-panel.js';
import { FileDrop } from './data/file-drop.js';

interface OwnPlanProps {
  readonly text: string;
  /** Of the plan with the form's values; absent while there is no text. */
  readonly problems: readonly Problem[] | undefined;
  readonly onChange: (text: string) => void;
}

/** A plan that is dropped, chosen, pasted or written, and what is wrong with it. */
export function OwnPlan({ text, problems, onChange }: OwnPlanProps) {
  const names = useNames();
  const [file, setFile] = useState<{ readonly name: string; readonly error?: string }>();
  const read = ({ name, size }: File, content: Promise<string>) => {
    // A character takes up to three bytes.
    if (size > 3 * planLimits.textLength) {
      setFile({ name, error: `It has ${size} bytes, more than any plan. Drop raw data on the field above.` });
      return;
    }
    content.then(
      (plan) => {
        setFile({ name });
        onChange(plan);
      },
      (error: unknown) => setFile({ name, error: toFailure(error).message }),
    );
  };
  return (
    <FileDrop
      label="Choose a plan file"
      hint="or drop one here: .toml, .json"
      accept=".toml,.json"
      onFile={(chosen) => read(chosen, chosen.text())}
    >
      {file?.error !== undefined && (
        <p class="error-text" role="alert">
          {names.of(file.name)} was not read. {file.error}
        </p>
      )}
      <label class="plan-text">
        <span>
          Plan{file?.error === undefined && file !== undefined && text !== '' && `, from ${names.of(file.name)}`}
        </span>
        <textarea
          id="field-plan"
          rows={text === '' ? 3 : 12}
          spellcheck={false}
          placeholder={'or paste it here\n_module = "RondelRadon"\n_type = "RecoPlan{DirectRadonAlgorithm}" …'}
          value={text}
          aria-invalid={problems !== undefined && problems.length > 0}
          aria-describedby="plan-check problem-plan"
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      </label>
      <div id="plan-check" role="status">
        {problems !== undefined && <PlanCheck problems={problems} />}
      </div>
    </FileDrop>
  );
}

function PlanCheck({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return <span class="state state-completed">the plan can run</span>;
  return (
    <>
      <span class="state state-failed">
        {problems.length === 1 ? 'one problem' : `${problems.length} problems`}, here or in the fields below
      </span>
      {problems.map((problem, position) => (
        <ProblemText key={position} problem={problem} />
      ))}
    </>
  );
}
