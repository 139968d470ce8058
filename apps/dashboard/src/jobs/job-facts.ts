import type { Job, Sweep } from '@rondel/contracts';

/** What a person calls the job. Old ones have no title, and plans that were written by hand only a hash. */
export function planName({ title, plan }: Pick<Job, 'title' | 'plan'>): string {
  return title ?? plan.name ?? `plan ${plan.sha256.slice(0, 8)}`;
}

/** What a person calls the sweep. */
export function sweepName({ title, plan }: Pick<Sweep, 'title' | 'plan'>): string {
  return title ?? plan.name ?? 'Own plan';
}

/** Seconds from the start of the first attempt to the end, or to now; nothing before the start. */
export function computingSeconds(
  { startedAt, finishedAt }: Pick<Job, 'startedAt' | 'finishedAt'>,
  now: number,
): number | undefined {
  if (startedAt === undefined) return undefined;
  const end = finishedAt === undefined ? now : Date.parse(finishedAt);
  return Math.max(0, (end - Date.parse(startedAt)) / 1000);
}
