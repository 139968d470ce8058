import { warningCodes, type Warning } from '@rondel/contracts';

/** Why the image may not be what its user takes it for, the most that is known of it. */
export function WarningPanel({ warnings = [] }: { readonly warnings?: readonly Warning[] | undefined }) {
  if (warnings.length === 0) return null;
  return (
    <section class="notice notice-warn job-warnings" aria-label="Warnings">
      <h2>The image may not be right</h2>
      <ul>
        {warnings.map(({ code, message, path, step }) => (
          <li key={[code, path, step, message].join('\n')}>
            <strong>{warningCodes[code].title}</strong> <code>{code}</code>{' '}
            {path !== undefined || step !== undefined ? <code class="path">{path ?? step}</code> : null}
            <p>{message}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
