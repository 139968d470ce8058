import type { Damage, StoreCheck } from '@rondel/contracts';
import type { DamagedArtifact } from '@rondel/store';
import { liveArtifacts, recordFacts, type CollectedStore } from './references.js';

export interface CheckRequest {
  /** SHA-256 of the last artifact of the part before. */
  readonly after?: string | undefined;
  /** Moves damaged artifacts away. */
  readonly repair: boolean;
  readonly signal: AbortSignal;
}

/** A part ends with the first artifact after this time, so that progress can be shown and nobody waits for an answer in vain. */
const partMs = 3000;
/** A part ends after so many damaged artifacts. */
const mostDamaged = 100;
const mostNamed = 20;

/**
 * Reads artifacts, one after the other, and compares them with their hashes. Jobs are looked for only where something is
 * damaged, in all records.
 */
export async function checkPart(
  { jobs, store: { files } }: CollectedStore,
  { after, repair, signal }: CheckRequest,
): Promise<StoreCheck> {
  const begun = Date.now();
  const checked = { files: 0, bytes: 0 };
  const damaged: DamagedArtifact[] = [];
  let next: string | undefined;
  for await (const { sha256, bytes } of files.artifacts({ after })) {
    const damage = await files.check(sha256, { signal, round: repair ? begun : undefined });
    if (damage !== undefined) damaged.push(damage);
    checked.files += 1;
    checked.bytes += bytes;
    if (Date.now() - begun < partMs && damaged.length < mostDamaged) continue;
    next = sha256;
    break;
  }
  const described = damaged.length === 0 ? [] : await describe({ jobs, store: { files } }, damaged, { repair, signal });
  return { checked, damaged: described, ...(next !== undefined && { next }) };
}

async function describe(
  collected: CollectedStore,
  damaged: readonly DamagedArtifact[],
  { repair, signal }: Pick<CheckRequest, 'repair' | 'signal'>,
): Promise<Damage[]> {
  const live = await liveArtifacts(collected.jobs, signal);
  const found = damaged.map(({ sha256, ...facts }) => ({
    sha256,
    facts: {
      artifact: `artifact:sha256-${sha256}`,
      ...facts,
      repaired: repair,
      made: { count: 0, jobs: [] as string[] },
      used: { count: 0, jobs: [] as string[] },
      needed: live.has(sha256),
    },
  }));
  const factsOf = new Map(found.map(({ sha256, facts }) => [sha256, facts]));
  for await (const { id, text } of collected.store.files.records()) {
    signal.throwIfAborted();
    const { results, uses } = recordFacts(id, text);
    for (const sha256 of new Set(results)) name(factsOf.get(sha256)?.made, id);
    for (const sha256 of new Set(uses)) name(factsOf.get(sha256)?.used, id);
  }
  return found.map(({ facts }) => facts);
}

/** Records come oldest first, the newest ones are told. */
function name(named: { count: number; jobs: string[] } | undefined, id: string): void {
  if (named === undefined) return;
  named.count += 1;
  named.jobs.unshift(id);
  if (named.jobs.length > mostNamed) named.jobs.pop();
}
