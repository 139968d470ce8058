import type { Problem } from '@rondel/contracts';

const mostShown = 20;

/** What a plan has that nothing will look at: no reason to refuse it, and perhaps a mistake. */
export function PlanWarnings({ warnings }: { readonly warnings: readonly Problem[] }) {
  if (warnings.length === 0) return null;
  return (
    <div class="notice notice-warn warnings" role="status" aria-label="Warnings">
      <strong>
        {warnings.length === 1 ? 'One field is kept and ignored' : `${warnings.length} fields are kept and ignored`}
      </strong>
      {warnings.slice(0, mostShown).map(({ at, message }, position) => (
        <p key={position}>
          {at !== undefined && !message.includes(at) && <code>{at}</code>} {message}
        </p>
      ))}
      {warnings.length > mostShown && <p>and {warnings.length - mostShown} more</p>}
    </div>
  );
}
