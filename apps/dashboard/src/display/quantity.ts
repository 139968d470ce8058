/** Seconds in the largest unit that says enough: `0.42 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `4 d`. */
export function durationText(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return twoUnits(seconds, { large: 'min', size: 60, small: 's' });
  if (seconds < 86_400) return twoUnits(seconds / 60, { large: 'h', size: 60, small: 'min' });
  return `${Math.floor(seconds / 86_400)} d`;
}

/** How long ago a moment was; `now` for the last two seconds and for clocks that run ahead. */
export function ageText(time: string, now: number): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (seconds < 2) return 'now';
  return seconds < 60 ? `${Math.floor(seconds)} s` : durationText(seconds);
}

export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  return `${value.toFixed(step === 0 || value >= 100 ? 0 : 1)} ${units[step] ?? ''}`;
}

/** A measured value with four significant digits. */
export function valueText(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-3 ? value.toExponential(3) : String(Number(value.toPrecision(4)));
}

export function percentText(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}

interface Units {
  readonly large: string;
  readonly size: number;
  readonly small: string;
}

function twoUnits(amount: number, { large, size, small }: Units): string {
  const rest = Math.floor(amount % size);
  return `${Math.floor(amount / size)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}
