import { RondelError, type Provenance } from '@rondel/contracts';

type Sources = Provenance['data'];

/** What was read in several places, each state of each file once. */
export function joinSources(...lists: readonly Sources[]): Sources {
  return [...new Map(lists.flat().map((one) => [`${one.name} ${one.reference} ${one.sha256}`, one])).values()];
}

/** Those that properties of the plan name: names of raw data have no dots. */
export function filesOfPlan(sources: Sources): Sources {
  return sources.filter(({ name }) => name.includes('.'));
}

/** Throws `CONFLICT` for an image whose parts were made from different states of a file. */
export function requireOneState(sources: Sources): void {
  for (const { name, reference, sha256 } of filesOfPlan(sources)) {
    const other = sources.some((one) => one.name === name && one.reference === reference && one.sha256 !== sha256);
    if (!other) continue;
    throw new RondelError(
      'CONFLICT',
      `${reference} was changed while the job ran, so its parts were made from different files. Leave files as they are while a job reads them, and run it again.`,
      { at: name, details: { reference } },
    );
  }
}
