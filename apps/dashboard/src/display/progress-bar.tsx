import { percentText } from './quantity.js';

interface ProgressBarProps {
  /** Absent while it is not known how much is left. */
  readonly fraction: number | undefined;
  readonly label: string;
}

export function ProgressBar({ fraction, label }: ProgressBarProps) {
  return (
    <span class="progress">
      <progress max={1} value={fraction} aria-label={label} />
      <span class="number">{fraction === undefined ? '' : percentText(fraction)}</span>
    </span>
  );
}
