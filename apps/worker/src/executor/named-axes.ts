import type { Dataset } from '@rondel/contracts';

/**
 * A bare file does not name its axes. It is divided by the names that the plan's first step gives them, the last ones
 * where the file has fewer: [slice, angle, detector] of [frame, slice, angle, detector].
 */
export function nameAxes(dataset: Dataset, axes: readonly string[]): Dataset {
  const { data } = dataset;
  if (data.axes !== undefined || data.shape.length > axes.length) return dataset;
  return { ...dataset, data: { ...data, axes: axes.slice(axes.length - data.shape.length) } };
}
