/** The pole of the filter that makes coefficients of cubic B-splines (Unser, Aldroubi, Eden, IEEE Trans. PAMI 13 (1991) 277). */
const pole = Math.sqrt(3) - 2;
const gain = 6;

/** Powers of the pole below this are nothing in float64. */
const horizon = 30;

/**
 * A row moved by a fraction of a bin: out[x] = row(x - shift), with the cubic spline through its values, which goes on mirrored
 * beyond its edges.
 *
 * @param outside What stands where the row does not reach: 0, or the value of its edge.
 */
export function shiftRow(row: Float64Array, shift: number, outside: 'zero' | 'edge'): Float64Array {
  const last = row.length - 1;
  const coefficients = splineCoefficients(row);
  const whole = Math.floor(-shift);
  const part = -shift - whole;
  const weights = [(1 - part) ** 3 / 6, (3 * part ** 3 - 6 * part ** 2 + 4) / 6, 0, part ** 3 / 6];
  weights[2] = 1 - (weights[0] ?? 0) - (weights[1] ?? 0) - (weights[3] ?? 0);
  return row.map((_, bin) => {
    const place = bin - shift;
    if (place < 0) return outside === 'zero' ? 0 : (row[0] ?? 0);
    if (place > last) return outside === 'zero' ? 0 : (row[last] ?? 0);
    return weights.reduce(
      (sum, weight, at) => sum + weight * (coefficients[folded(bin + whole + at - 1, last)] ?? 0),
      0,
    );
  });
}

function splineCoefficients(row: Float64Array): Float64Array {
  const last = row.length - 1;
  if (last < 1) return row.slice();
  const c = row.map((value) => gain * value);
  let start = 0;
  for (let at = 0, power = 1; at < horizon; at++, power *= pole) start += power * (c[folded(at, last)] ?? 0);
  c[0] = start;
  for (let at = 1; at <= last; at++) c[at] = (c[at] ?? 0) + pole * (c[at - 1] ?? 0);
  c[last] = (pole / (pole * pole - 1)) * ((c[last] ?? 0) + pole * (c[last - 1] ?? 0));
  for (let at = last - 1; at >= 0; at--) c[at] = pole * ((c[at + 1] ?? 0) - (c[at] ?? 0));
  return c;
}

/** Index inside a row that is mirrored at its edges, which are not repeated. */
function folded(index: number, last: number): number {
  if (last === 0) return 0;
  const period = 2 * last;
  const inside = ((index % period) + period) % period;
  return inside <= last ? inside : period - inside;
}
