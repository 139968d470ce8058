import { sweepLabel, type Job } from '@rondel/contracts';
import { isId } from '../names/hidden-names.js';
import { useNames } from '../names/names-context.js';
import { jobsAddress, sweepAddress } from '../routing/route.js';

/** So much of an id tells it apart from others. */
const shortId = 8;

/** The labels of a job; ids of what it belongs to are short and lead there. */
export function Labels({ labels }: Pick<Job, 'labels'>) {
  const names = useNames();
  const entries = Object.entries(labels);
  if (entries.length === 0) return null;
  return (
    <span class="labels">
      {entries.map(([key, value]) =>
        isId(value) ? (
          <a key={key} class="label" href={addressOf(key, value)} title={`${key}=${value}`}>
            {key}=…{value.slice(-shortId)}
          </a>
        ) : (
          <span key={key} class="label">
            {key}={names.ofLabel(value)}
          </span>
        ),
      )}
    </span>
  );
}

function addressOf(key: string, id: string): string {
  return key === sweepLabel ? sweepAddress(id) : jobsAddress({ label: `${key}=${id}` });
}
