import type { Job } from '@rondel/contracts';
import { useNames } from '../names/names-context.js';

export function Labels({ labels }: Pick<Job, 'labels'>) {
  const names = useNames();
  const entries = Object.entries(labels);
  if (entries.length === 0) return null;
  return (
    <span class="labels">
      {entries.map(([key, value]) => (
        <span key={key} class="label">
          {key}={names.ofLabel(value)}
        </span>
      ))}
    </span>
  );
}
