/** A dead bin and the live ones that it is interpolated between. */
export interface Repair {
  readonly bin: number;
  readonly left: number;
  readonly right: number;
  readonly weightRight: number;
}

/** How each dead bin of a row is filled: linearly between the nearest live ones, at an edge from the only neighbour. */
export function repairsOf(dead: readonly number[], detectors: number): Repair[] {
  const isDead = new Set(dead);
  const nearestLive = (bin: number, step: number) => {
    let at = bin + step;
    while (isDead.has(at)) at += step;
    return at >= 0 && at < detectors ? at : undefined;
  };
  return dead.map((bin) => {
    const before = nearestLive(bin, -1);
    const after = nearestLive(bin, 1);
    const left = before ?? after ?? bin;
    const right = after ?? left;
    return { bin, left, right, weightRight: right > left ? (bin - left) / (right - left) : 0 };
  });
}

export function repairRow(row: Float32Array, repairs: readonly Repair[]): void {
  for (const { bin, left, right, weightRight } of repairs) {
    row[bin] = (row[left] ?? 0) * (1 - weightRight) + (row[right] ?? 0) * weightRight;
  }
}
