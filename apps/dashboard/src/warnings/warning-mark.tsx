import { quantity, type Warning } from '@rondel/contracts';

/** Says that there are warnings, and on hovering which; nothing where there are none. */
export function WarningMark({ warnings = [] }: { readonly warnings?: readonly Warning[] | undefined }) {
  if (warnings.length === 0) return null;
  return (
    <span class="warning-mark" title={warnings.map(({ message }) => message).join('\n')}>
      {warningCount(warnings)}
    </span>
  );
}

export function warningCount({ length }: readonly Warning[]): string {
  return quantity(length, 'warning');
}
