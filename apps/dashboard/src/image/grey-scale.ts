import type { Result } from '@rondel/contracts';
import type { GreyWindow } from './grey-window.js';

/** What of a job or of a combination of a sweep decides how its picture may be compared with others. */
interface Pictured {
  readonly id: string;
  readonly data?: unknown;
  readonly result?: Pick<Result, 'min' | 'max' | 'collectedAt'> | undefined;
}

/**
 * One grey scale for all images of the same data: the median of their smallest values to that of their largest, so that one
 * image that went wrong does not darken the others. Rounded outwards, so that another image seldom changes it.
 */
export function greyScales(items: readonly Pictured[]): ReadonlyMap<string, GreyWindow> {
  const groups = new Map<string, Pictured[]>();
  for (const item of items) {
    const key = JSON.stringify(item.data ?? null);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return new Map(
    [...groups.values()].flatMap((group) => {
      const scale = scaleOf(group);
      return scale === undefined ? [] : group.map(({ id }): [string, GreyWindow] => [id, scale]);
    }),
  );
}

/** Where a small picture of a job's image in a grey scale is. */
export function thumbnailAddress(job: string, { low, high }: GreyWindow, side: number): string {
  return `/v1/jobs/${job}/result?${new URLSearchParams({ format: 'png', window: `${low},${high}`, side: String(side) }).toString()}`;
}

function scaleOf(group: readonly Pictured[]): GreyWindow | undefined {
  const results = group.flatMap(({ result }) => (result === undefined ? [] : [result]));
  const low = median(results.map(({ min }) => min));
  const high = median(results.map(({ max }) => max));
  if (low === undefined || high === undefined || !(low < high)) return undefined;
  const step = 10 ** Math.floor(Math.log10(high - low) - 1);
  const tidy = (value: number) => Number(value.toPrecision(6));
  return { low: tidy(Math.floor(low / step) * step), high: tidy(Math.ceil(high / step) * step) };
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
