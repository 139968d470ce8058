import { toFailure } from '@rondel/contracts';
import { isConflictError, type LivePlan } from '@rondel/client';
import { useMutation } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { HelpText } from '../display/help-text.js';
import { useNames } from '../names/names-context.js';
import { readField } from '../fields/field-kind.js';
import { Control } from '../fields/field-input.js';
import { FieldProblem } from '../fields/field-problem.js';
import type { PlanField } from '../fields/plan-fields.js';

/** A longer text is no longer something to edit in a line. */
const longestText = 2000;

interface SessionFieldProps {
  /** `initial` is what the plan says now. */
  readonly field: PlanField;
  /** Whether the plan gives a value, or leaves it to the default. */
  readonly given: boolean;
  readonly live: LivePlan;
  readonly version: number;
  /** What keeps the plan from being built here. */
  readonly problem: string | undefined;
}

/** What somebody is typing, and what the plan said when they began. */
interface Draft {
  readonly text: string;
  readonly base: string;
}

/** One property of a live plan: follows what others set, and sets it, unless somebody else was faster. */
export function SessionField({ field, given, live, version, problem }: SessionFieldProps) {
  const { path, property, kind, initial, within } = field;
  const names = useNames();
  const [draft, setDraft] = useState<Draft>();
  const change = useMutation({
    mutationFn: async (text: string) => {
      const place = live.property(path);
      // For the version that is on the page: whatever it does not show yet must not be overwritten.
      if (text.trim() === '' && within.length === 0) return place.clear({ ifVersion: version });
      const read = readField(kind, text);
      if ('problem' in read) throw new TypeError(read.problem);
      if (within.length === 0) return place.set(read.value, { ifVersion: version });
      // Nodes that stand there by default are not in the plan before they are set.
      const nodes = within.map((node) => [node.path, { _type: node.type }] as const);
      return live.setAll({ ...Object.fromEntries(nodes), [path]: read.value }, { ifVersion: version });
    },
    networkMode: 'always',
    onSuccess: () => setDraft(undefined),
  });
  const edited = draft !== undefined && draft.text !== initial;
  const overtaken = edited && draft.base !== initial;
  return (
    <form
      class={`field${edited ? ' field-changed' : ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (edited) change.mutate(draft.text);
      }}
    >
      <label for={`field-${path}`} title={path}>
        {property.name}
        {!property.optional && initial === '' && <span class="required"> missing</span>}
      </label>
      <div class="field-value">
        {initial.length > longestText ? (
          <span class="faint">{initial.length} characters, too long to edit here</span>
        ) : (
          <Control
            field={field}
            text={draft?.text ?? initial}
            invalid={problem !== undefined || change.isError}
            onChange={(text) => {
              setDraft({ text, base: draft?.base ?? initial });
              change.reset();
            }}
          />
        )}
        {property.unit !== undefined && <span class="unit">{property.unit}</span>}
        {!given && !edited && initial !== '' && <span class="faint">default</span>}
        {edited && (
          <>
            <button type="submit" class="small primary" aria-label={`Set ${path}`} disabled={change.isPending}>
              {setWord(draft.text, overtaken)}
            </button>
            <button
              type="button"
              class="small"
              aria-label={`Leave ${path} as it is`}
              onClick={() => {
                setDraft(undefined);
                change.reset();
              }}
            >
              {overtaken ? 'Take theirs' : 'Leave'}
            </button>
          </>
        )}
        {overtaken && (
          <span class="overtaken warn-text" role="status">
            Somebody {initial === '' ? 'cleared it' : `set it to ${names.inPlan(initial)}`} meanwhile.
          </span>
        )}
        <FieldProblem name={path} problem={change.isError ? refusal(change.error) : problem} />
      </div>
      <p class="faint" id={`about-${path}`}>
        <HelpText text={property.description} />
        {kind.kind === 'number' && kind.range !== '' && <span class="range"> {kind.range}</span>}
      </p>
    </form>
  );
}

function setWord(text: string, overtaken: boolean): string {
  const word = text.trim() === '' ? 'Clear' : 'Set';
  return overtaken ? `${word} anyway` : word;
}

function refusal(error: unknown): string {
  if (isConflictError(error)) {
    return 'Somebody changed the plan at the same moment, so nothing was set. Look at what it is now and set it again.';
  }
  return error instanceof TypeError ? error.message : toFailure(error).message;
}
