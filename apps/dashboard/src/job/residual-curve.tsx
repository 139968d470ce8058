import type { ResidualPoint } from '@rondel/contracts';
import { valueText } from '../display/quantity.js';

const [width, height, margin] = [320, 72, 4];

/** How the relative residual falls with the iterations, on a logarithmic scale. */
export function ResidualCurve({ points }: { readonly points: readonly ResidualPoint[] }) {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return null;
  const label = `Relative residual from ${valueText(first.residual)} after iteration ${first.iteration} to ${valueText(last.residual)} after iteration ${last.iteration}`;
  return (
    <div class="residual">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <path d={pathOf(points)} vector-effect="non-scaling-stroke" />
      </svg>
      <span>
        {valueText(first.residual)} <span class="hidden">to</span>
      </span>
      <span>relative residual, logarithmic</span>
      <span>{valueText(last.residual)}</span>
    </div>
  );
}

function pathOf(points: readonly ResidualPoint[]): string {
  const logs = points.map(({ residual }) => Math.log10(Math.max(residual, Number.MIN_VALUE)));
  const iterations = points.map(({ iteration }) => iteration);
  const x = scale(iterations, [margin, width - margin]);
  const y = scale(logs, [height - margin, margin]);
  const corners = points.map(({ iteration }, index) => `${x(iteration)} ${y(logs[index] ?? 0)}`);
  return `M${corners.join('L')}`;
}

function scale(values: readonly number[], [from, to]: readonly [number, number]): (value: number) => string {
  const low = Math.min(...values);
  const extent = Math.max(...values) - low || 1;
  return (value) => (from + ((value - low) / extent) * (to - from)).toFixed(1);
}
