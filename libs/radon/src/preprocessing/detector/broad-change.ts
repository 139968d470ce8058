/** The change of this many bins together is none of a stripe, as a part of the values (root mean squares). */
const broad = 5;
const mostChanged = 0.035;

/** Whether a sinogram, [angle, detector], was changed by more than stripes: over several bins side by side. */
export function changesObject(before: Float32Array, after: Float32Array, detectors: number): boolean {
  return broadChange(before, after, detectors) > mostChanged;
}

/** Root mean square of what the means of neighbouring bins have changed by, relative to the values before. */
function broadChange(before: Float32Array, after: Float32Array, detectors: number): number {
  let [changed, all] = [0, 0];
  for (let start = 0; start < before.length; start += detectors) {
    let sum = 0;
    for (let bin = 0; bin < detectors; bin++) {
      const at = start + bin;
      sum += (after[at] ?? 0) - (before[at] ?? 0);
      if (bin >= broad) sum -= (after[at - broad] ?? 0) - (before[at - broad] ?? 0);
      if (bin >= broad - 1) changed += (sum / broad) ** 2;
      all += (before[at] ?? 0) ** 2;
    }
  }
  return all > 0 ? Math.sqrt(changed / all) : 0;
}
