import type { Sweep } from '@rondel/contracts';
import { ProblemText } from '../job/failure-panel.js';
import { jobAddress } from '../routing/route.js';
import { failureGroups } from './failure-groups.js';
import { captionOf } from './sweep-layout.js';

const mostNamed = 8;

/** Why jobs failed, each reason once, with the jobs it concerns. */
export function SweepFailures({ sweep }: { readonly sweep: Sweep }) {
  const groups = failureGroups(sweep.items);
  if (groups.length === 0) return null;
  return (
    <section class="notice notice-bad failure" aria-label="Failures">
      {groups.map(({ error, items }) => (
        <div key={`${error.code} ${error.message}`}>
          <ProblemText problem={error} />
          <p class="faint">
            {items.slice(0, mostNamed).map((item) => (
              <a key={item.index} class="failed-item" href={jobAddress(item.job)}>
                {captionOf(sweep, item)}
              </a>
            ))}
            {items.length > mostNamed && `and ${items.length - mostNamed} more`}
          </p>
        </div>
      ))}
    </section>
  );
}
