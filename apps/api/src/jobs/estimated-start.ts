/** What is known of the slots that a job waits for, and of what goes before it. Times in seconds, rates per second. */
export interface Outlook {
  /**
   * Of each slot the time until it is free: 0 for a free one, undefined for one that runs a job of which it is not known
   * since when.
   */
  readonly slots: readonly (number | undefined)[];
  /** How long a job takes. */
  readonly meanSeconds: number;
  /** How many go before it now. */
  readonly before: number;
  /** How many come that go before it, too, for as long as it waits. */
  readonly arrivals: number;
  /** How many come to its lane that go before it, until the lane's turns have come up to its own. */
  readonly passing?: { readonly arrivals: number; readonly untilTurns: number };
  /** What workers give way to; absent where they never do, or where the lane comes first anyway. */
  readonly share?: {
    /** Of so many that are taken one is of what waits behind. */
    readonly every: number;
    /** Lanes that share these. */
    readonly lanes: number;
    /** How many of its lane go before it. */
    readonly before: number;
  };
}

/** Nothing is foretold beyond that: thirty days. */
const longestSeconds = 30 * 24 * 3600;
const halvings = 40;

/**
 * In how many seconds a job starts, if all goes on as it does: in its turn, or when the workers give way to it, whichever
 * comes first. Undefined when neither will be, as when more comes in front of it than the slots can do.
 */
export function secondsToStart(outlook: Outlook): number | undefined {
  const { meanSeconds, before, arrivals, passing, share } = outlook;
  const free = timesToFree(outlook);
  if (free.length === 0) return undefined;
  const passesFor = passing === undefined ? 0 : (passing.untilTurns * meanSeconds) / free.length;
  const goBefore = (seconds: number) =>
    before + arrivals * seconds + (passing?.arrivals ?? 0) * Math.min(seconds, passesFor);
  const inTurn = timeOfStart(free, meanSeconds, goBefore);
  if (share === undefined) return inTurn;
  const given = share.every * share.lanes * (share.before + 1) - 1;
  const byShare = timeOfStart(free, meanSeconds, () => given);
  return inTurn === undefined || byShare === undefined ? (inTurn ?? byShare) : Math.min(inTurn, byShare);
}

/** Busy slots of which nothing is known become free one after the other, evenly over the mean time. */
function timesToFree({ slots, meanSeconds }: Outlook): number[] {
  const unknown = slots.filter((seconds) => seconds === undefined).length;
  const known = slots.filter((seconds) => seconds !== undefined);
  return [...known, ...Array.from({ length: unknown }, (_, index) => (meanSeconds * (index + 1)) / unknown)];
}

/** The first moment at which more have started than go before. */
function timeOfStart(
  free: readonly number[],
  meanSeconds: number,
  goBefore: (seconds: number) => number,
): number | undefined {
  const started = (seconds: number) =>
    free.reduce(
      (sum, from) => sum + (seconds < from ? 0 : 1 + Math.floor((seconds - from) / Math.max(meanSeconds, 1e-3))),
      0,
    );
  const isIn = (seconds: number) => started(seconds) >= goBefore(seconds) + 1;
  if (isIn(0)) return 0;
  let late = Math.max(meanSeconds, 1e-3);
  while (!isIn(late)) {
    late *= 2;
    if (late > longestSeconds) return undefined;
  }
  let early = 0;
  for (let index = 0; index < halvings; index += 1) {
    const middle = (early + late) / 2;
    if (isIn(middle)) late = middle;
    else early = middle;
  }
  return late;
}

/** How long a job still runs that has run for some time, in seconds: one that is longer than others, as long again. */
export function secondsLeft(elapsed: number, meanSeconds: number): number {
  return elapsed < meanSeconds ? meanSeconds - Math.max(0, elapsed) : elapsed;
}
