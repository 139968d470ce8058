import { jobAddress } from '../routing/route.js';
import { valueWords } from '../sweeps/sweep-layout.js';
import type { Difference } from './content/resubmission.js';

interface DifferenceListProps {
  /** The job that is submitted again. */
  readonly job: string;
  readonly differences: readonly Difference[];
}

/** What differs from the job that is submitted again. */
export function DifferenceList({ job, differences }: DifferenceListProps) {
  return (
    <section class="notice differences" aria-label="Differences">
      <p>
        {differences.length === 0 ? 'Nothing differs yet from ' : 'What differs from '}
        <a class="mono" href={jobAddress(job)}>
          {job}
        </a>
        {differences.length > 0 && ':'}
      </p>
      {differences.length > 0 && (
        <dl class="facts">
          {differences.map(({ name, before, now }) => (
            <div key={name} class="difference">
              <dt title={name}>{name}</dt>
              <dd>
                <del>{before === '' ? 'nothing' : valueWords(before)}</del>{' '}
                <ins>{now === '' ? 'nothing' : valueWords(now)}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
