/** An executor has nothing else to do than its job, and no event loop to keep free: it waits for the disk itself. */
export const blocking = { smallFiles: 'blocking' } as const;
