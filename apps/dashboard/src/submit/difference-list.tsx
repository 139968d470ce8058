import { useNames, type Names } from '../names/names-context.js';
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
  const names = useNames();
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
                <del>{before === '' ? 'nothing' : valueWords(shown(names, name, before))}</del>{' '}
                <ins>{now === '' ? 'nothing' : valueWords(shown(names, name, now))}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** @param name Of what is compared, see `statements`. */
function shown(names: Names, name: string, text: string): string {
  if (name === 'title' || name === 'dataName') return names.of(text);
  if (name === 'labels') return text.split(', ').map(names.ofFilter).join(', ');
  return name === 'data' || name.startsWith('data ') ? names.ofData(text) : names.inPlan(text);
}
