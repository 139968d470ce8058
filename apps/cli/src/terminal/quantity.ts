/** `0.43 s`, `12.5 s`, `3 min 05 s`, `2 h 03 min` */
export function secondsText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `512 B`, `1.5 MiB` */
export function bytesText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), byteUnits.length - 1);
  const digits = step === 0 ? 0 : 1;
  return `${(bytes / 1024 ** step).toFixed(digits)} ${byteUnits[step] ?? 'B'}`;
}

/** Six significant digits, without trailing zeros. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** How long ago: `12 s ago`, `3 h ago`. */
export function agoText(isoTime: string, now: number = Date.now()): string {
  return `${ageText(isoTime, now)} ago`;
}

/** The same for a column of ages: `12 s`, `3 h`. */
export function ageText(isoTime: string, now: number = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(isoTime)) / 1000);
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
