/** Values of one line, at `start + i stride` of an array. */
export interface Line {
  readonly start: number;
  readonly stride: number;
  readonly extent: number;
}

/**
 * Minimizes (1/2) sum (x_i - y_i)^2 + weight sum |x_(i+1) - x_i| exactly, in place, in a time that grows about linearly
 * with the line (Condat 2013, IEEE Signal Processing Letters 20). A segment of the solution is constant; its lower and
 * upper bound, `low` and `high`, are kept with what is left of the tube around the sums, `below` and `above`.
 */
export function denoiseLine(values: Float64Array, { start, stride, extent }: Line, weight: number): void {
  if (weight <= 0 || extent < 2) return;
  const y = Float64Array.from({ length: extent }, (_, index) => values[start + index * stride] ?? 0);
  const at = (index: number) => y[index] ?? 0;
  let first = 0;
  const segment = (last: number, value: number) => {
    for (; first <= last; first++) values[start + first * stride] = value;
  };
  let [place, lowEnd, highEnd] = [0, 0, 0];
  let [low, high] = [at(0) - weight, at(0) + weight];
  let [below, above] = [weight, -weight];
  const beginAt = (index: number) => {
    [place, lowEnd, highEnd] = [index, index, index];
    [below, above] = [weight, -weight];
  };
  for (;;) {
    if (place === extent - 1) {
      if (below < 0) {
        segment(lowEnd, low);
        [place, lowEnd] = [first, first];
        low = at(place);
        [below, above] = [weight, at(place) + weight - high];
      } else if (above > 0) {
        segment(highEnd, high);
        [place, highEnd] = [first, first];
        high = at(place);
        [above, below] = [-weight, at(place) - weight - low];
      } else {
        segment(place, low + below / (place - first + 1));
        return;
      }
      continue;
    }
    const next = at(place + 1);
    if (next + below < low - weight) {
      segment(lowEnd, low);
      beginAt(first);
      [low, high] = [at(place), at(place) + 2 * weight];
    } else if (next + above > high + weight) {
      segment(highEnd, high);
      beginAt(first);
      [low, high] = [at(place) - 2 * weight, at(place)];
    } else {
      place++;
      below += next - low;
      above += next - high;
      const covered = place - first + 1;
      if (below >= weight) {
        low += (below - weight) / covered;
        [below, lowEnd] = [weight, place];
      }
      if (above <= -weight) {
        high += (above + weight) / covered;
        [above, highEnd] = [-weight, place];
      }
    }
  }
}
