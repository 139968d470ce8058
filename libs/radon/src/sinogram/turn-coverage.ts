/** A projection with its angle folded into one turn, rad. */
export interface TurnedRow {
  readonly row: number;
  /** Counted from where the scan begins, rising; 0 to 2 pi. */
  readonly angle: number;
}

/** Which directions a scan looks from, whatever the order, over how many turns. */
export interface TurnCoverage {
  /** By rising angle. */
  readonly rows: readonly TurnedRow[];
  /** `turn`: from everywhere. Otherwise from `extent`, rad, without gaps. */
  readonly kind: 'turn' | 'arc' | 'gaps';
  readonly extent: number;
  /** Usual distance of neighbours, rad. */
  readonly step: number;
}

const turn = 2 * Math.PI;

/** Gaps up to this many usual distances are closed by interpolation. */
const widestGap = 4;

/** Angles closer than this part of an even distance are one direction, as several turns repeat them. */
const oneDirection = 0.1;

/** @param angles rad, one per projection, finite. */
export function turnCoverage(angles: Float64Array): TurnCoverage {
  const folded = angles.map((angle) => angle - turn * Math.floor(angle / turn));
  const order = Array.from(folded.keys()).sort((a, b) => (folded[a] ?? 0) - (folded[b] ?? 0) || a - b);
  const gaps = order.map((row, rank) => {
    const next = order[rank + 1];
    return next === undefined
      ? (folded[order[0] ?? 0] ?? 0) + turn - (folded[row] ?? 0)
      : (folded[next] ?? 0) - (folded[row] ?? 0);
  });
  const longest = gaps.reduce((best, gap, rank) => (gap > (gaps[best] ?? 0) ? rank : best), 0);
  const begin = folded[order[(longest + 1) % order.length] ?? 0] ?? 0;
  const rotated = [...order.slice(longest + 1), ...order.slice(0, longest + 1)];
  const rows = rotated.map((row) => {
    const angle = (folded[row] ?? 0) - begin;
    return { row, angle: angle < 0 ? angle + turn : angle };
  });
  const inner = [...gaps.slice(longest + 1), ...gaps.slice(0, longest)];
  const extent = turn - (gaps[longest] ?? turn);
  const apart = inner.filter((gap) => gap > (oneDirection * extent) / angles.length).sort((a, b) => a - b);
  const step = apart[Math.floor(apart.length / 2)] ?? turn;
  const reach = widestGap * step;
  const kind = inner.some((gap) => gap > reach) ? 'gaps' : (gaps[longest] ?? turn) <= reach ? 'turn' : 'arc';
  return { rows, kind, extent, step };
}
