import { useMemo } from 'preact/hooks';
import { fullWindow, histogram, type GreyWindow } from './grey-window.js';
import type { Plane } from './fetch-plane.js';

const height = 36;

interface HistogramProps {
  readonly plane: Plane;
  readonly window: GreyWindow;
}

/** The values of the plane and what of them the window shows. */
export function Histogram({ plane, window: { low, high } }: HistogramProps) {
  const range = useMemo(() => fullWindow(plane.values), [plane]);
  const bars = useMemo(() => histogram(plane.values, range), [plane, range]);
  const at = (value: number) => {
    const position = ((value - range.low) / (range.high - range.low)) * bars.length;
    return Math.min(bars.length, Math.max(0, position));
  };
  // The root makes rare values visible beside the many of the background.
  const outline = bars.map((share, bin) => `L${bin} ${height * (1 - Math.sqrt(share))}H${bin + 1}`).join('');
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${bars.length} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label="Histogram of the plane with the window"
    >
      <rect class="histogram-window" x={at(low)} y="0" width={Math.max(0.5, at(high) - at(low))} height={height} />
      <path d={`M0 ${height}${outline}L${bars.length} ${height}Z`} />
    </svg>
  );
}
