import type { ImagePart } from '@rondel/contracts';
import type { JobArchive } from '@rondel/jobs';

/** The formats have no room for more in one piece. */
const longest = 60_000;

/**
 * How an image was made, for a file that is taken elsewhere: the job, the exact plan, hashes of the data, versions, engine and
 * what the job was warned of, as JSON in ASCII. A plan too large for a file is told by its hash alone. Undefined for a job without
 * a provenance.
 *
 * @param part Of a complex image that the file holds; absent where it holds all.
 */
export function exportProvenance({ job, provenance }: JobArchive, part?: ImagePart): string | undefined {
  if (provenance === undefined) return undefined;
  const { plan, planSha256, data, packages, engine } = provenance;
  const facts = {
    job: job.id,
    finishedAt: job.finishedAt,
    planSha256,
    data: data.map(({ name, sha256 }) => ({ name, sha256 })),
    packages,
    engine,
    spacingUnit: job.result?.spacingUnit,
    valueUnit: job.result?.valueUnit,
    part,
    warnings: job.warnings,
  };
  const least = { job: job.id, planSha256, part };
  return [{ ...facts, plan }, facts, least].map(inAscii).find(({ length }) => length <= longest);
}

function inAscii(value: object): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
