import { joinWarnings, strictFailure, type Catalog, type Warning } from '@rondel/contracts';
import { ignoredProperties, type PlanNode } from '@rondel/plan';

/** What is doubtful about a plan that can run: what it says and nothing will look at. */
export function planWarnings(plan: PlanNode, catalog: Catalog): Warning[] {
  return joinWarnings(
    ignoredProperties(plan, catalog).map(({ message, at }) => ({
      code: 'PROPERTY_IGNORED',
      message: `${message} Take it out, or give the property that was meant.`,
      ...(at !== undefined && { path: at }),
    })),
  );
}

/** Throws `STRICT_WARNING` for the first warning of a submission that is strict. */
export function checkStrict(warnings: readonly Warning[], strict: boolean | undefined): void {
  const [first] = warnings;
  if (strict === true && first !== undefined) throw strictFailure(first);
}
