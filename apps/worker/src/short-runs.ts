/**
 * A run of no more than this leaves no time to take much memory, so looking at that of its process, which costs as much as a good
 * part of such a run, waits until a look is due.
 */
export const shortRunMs = 25;

/** So long many short runs share one look. */
export const sharedLookMs = 1000;
