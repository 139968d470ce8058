import { quantity, type FleetRecord } from '@rondel/contracts';

interface Build {
  readonly version?: string | undefined;
  readonly commit?: string | undefined;
}

/** Which builds run, as a sentence; undefined when it is one. Those of lost workers do not matter. */
export function mixedBuilds({ workers, apis }: Pick<FleetRecord, 'workers' | 'apis'>): string | undefined {
  const counts = new Map<string, { workers: number; apis: number }>();
  const count = ({ version = 'an older version', commit }: Build, kind: 'workers' | 'apis') => {
    const name = commit === undefined ? version : `${version} (${commit})`;
    const known = counts.get(name) ?? { workers: 0, apis: 0 };
    counts.set(name, { ...known, [kind]: known[kind] + 1 });
  };
  for (const worker of workers.filter(({ state }) => state !== 'lost')) count(worker, 'workers');
  for (const api of apis) count(api, 'apis');
  if (counts.size < 2) return undefined;
  const each = [...counts].map(([name, { workers: some, apis: others }]) => {
    const parts = [...(some > 0 ? [quantity(some, 'worker')] : []), ...(others > 0 ? [quantity(others, 'API')] : [])];
    return `${name} on ${parts.join(' and ')}`;
  });
  return `Not all run the same build: ${each.join('; ')}. Update the others.`;
}
