import { RondelError } from '@rondel/contracts';
import { Check, Type } from '@rondel/contracts/schema';
import type { EndedJob } from '@rondel/store';

/** The end of the run that this one follows, as an API has signed it. */
export interface Continued {
  readonly attempts: number;
  readonly finishedAt: string;
}

/** What of a stored record tells one end of a job from another. */
const EndSchema = Type.Object({
  job: Type.Object({ attempts: Type.Object({ made: Type.Number() }), finishedAt: Type.String() }),
});

/**
 * Throws `WARRANT_REFUSED` for a job that has ended since what it may do was signed: somebody has put it back into Redis.
 *
 * @param continues Absent: no run of it has ended.
 */
export function requireNotEnded(job: string, found: EndedJob | undefined, continues: Continued | undefined): void {
  if (found === undefined) return;
  const how = howEnded(found, continues);
  if (how === undefined) return;
  throw new RondelError(
    'WARRANT_REFUSED',
    `Job ${job} ${how}, and what was signed of it is used up. Somebody may have put it back into Redis who is no API; see who can reach it.`,
    { details: { ended: true } },
  );
}

/** How a job has ended since what it may do was signed, for the middle of a sentence; undefined where it has not. */
export function howEnded(found: EndedJob, continues: Continued | undefined): string | undefined {
  if ('erased' in found) return 'was erased';
  if (!Check(EndSchema, found.record)) return 'has a record in the artifact store that cannot be read';
  const { attempts, finishedAt } = found.record.job;
  // Of an earlier end than the one that this run follows the record may just be on its way.
  const isEarlier =
    continues !== undefined &&
    (attempts.made < continues.attempts ||
      (attempts.made === continues.attempts && finishedAt <= continues.finishedAt));
  return isEarlier ? undefined : `has ended at ${finishedAt}`;
}
