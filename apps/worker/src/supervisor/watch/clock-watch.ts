/** So far clocks may differ without anybody noticing it in the times of jobs. */
const toleratedMs = 2000;
/** Clocks that drift shall not fill the log. */
const toldAgainFrom = 2;

/**
 * Hears with every heartbeat by how many milliseconds the clock of this machine is ahead of that of Redis; complains when
 * that becomes more than two seconds, when it doubles, and once when it is over.
 */
export function openClockWatch(complain: (message: string) => void): (aheadMs: number) => void {
  let toldMs = 0;
  return (aheadMs) => {
    const differenceMs = Math.abs(aheadMs);
    if (differenceMs <= toleratedMs) {
      if (toldMs > 0) complain('The clock of this machine agrees with that of Redis again.');
      toldMs = 0;
      return;
    }
    if (toldMs > 0 && differenceMs < toldAgainFrom * toldMs) return;
    toldMs = differenceMs;
    const seconds = (differenceMs / 1000).toFixed(1);
    const direction = aheadMs > 0 ? 'ahead of' : 'behind';
    complain(
      `The clock of this machine is ${seconds} s ${direction} that of Redis: times of jobs will not match. Synchronize both clocks (NTP).`,
    );
  };
}
