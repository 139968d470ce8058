import type { CatalogPlan } from '@rondel/contracts';

interface PlanChoiceProps {
  readonly plans: readonly CatalogPlan[];
  readonly value: string;
  readonly onChange: (name: string) => void;
}

export function PlanChoice({ plans, value, onChange }: PlanChoiceProps) {
  return (
    <div class="plans" role="radiogroup" aria-label="Built-in plan">
      {plans.map(({ name, description }) => (
        <label key={name} class={`plan${name === value ? ' plan-chosen' : ''}`}>
          <input type="radio" name="plan" value={name} checked={name === value} onChange={() => onChange(name)} />
          <span>
            <strong>{name}</strong>
            <span class="faint">{description}</span>
          </span>
        </label>
      ))}
    </div>
  );
}
