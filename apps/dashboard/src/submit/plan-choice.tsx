import type { CatalogPlan } from '@rondel/contracts';
import { HelpText } from '../display/help-text.js';
import { livePlanChoice, ownPlan } from './content/chosen-plan.js';

interface PlanChoiceProps {
  readonly plans: readonly CatalogPlan[];
  readonly value: string;
  /** Id of a live plan that may be chosen too. */
  readonly session: string | undefined;
  readonly onChange: (name: string) => void;
}

const another = {
  name: ownPlan,
  title: 'Your own plan',
  description: 'A .toml or .json file, or pasted text. The form below is built from it.',
};

/** One of the built-in plans, or one that the person brings. */
export function PlanChoice({ plans, value, session, onChange }: PlanChoiceProps) {
  const live = session === undefined ? [] : [liveChoice(session)];
  return (
    <div class="plans" role="radiogroup" aria-label="Plan">
      {[...live, ...plans.map((plan) => ({ ...plan, title: plan.name })), another].map(
        ({ name, title, description }) => (
          <label key={name} class={`plan${name === value ? ' plan-chosen' : ''}`}>
            <input type="radio" name="plan" value={name} checked={name === value} onChange={() => onChange(name)} />
            <span>
              <strong>{title}</strong>
              <span class="faint">
                <HelpText text={description} />
              </span>
            </span>
          </label>
        ),
      )}
    </div>
  );
}

function liveChoice(id: string) {
  return {
    name: livePlanChoice,
    title: `Live plan …${id.slice(-6)}`,
    description: 'As it is when you submit it; what you change below is changed for this job only.',
  };
}
