import { given, type Damage, type PassingDamage, type StoreCheck } from '@rondel/contracts';
import { checkedKinds, type CheckedKind, type DamagedArtifact, type PassingFile } from '@rondel/store';
import { liveArtifacts, recordFacts, type CollectedStore } from './references.js';

export interface CheckRequest {
  /** Where the part before ended: the SHA-256 of an artifact, or `kind/name` of another file. */
  readonly after?: string | undefined;
  /** Moves damaged artifacts away and deletes other damaged files. */
  readonly repair: boolean;
  readonly signal: AbortSignal;
}

/** A part ends with the first file after this time, so that progress can be shown and nobody waits for an answer in vain. */
const partMs = 3000;
/** A part ends after so many damaged files. */
const mostDamaged = 100;
const mostNamed = 20;

/** Reads a file and notes what is wrong. */
interface FileChecks {
  readonly artifact: (sha256: string) => Promise<void>;
  readonly passing: (file: PassingFile) => Promise<void>;
}

interface Checkable {
  /** What `after` is to go on behind it. */
  readonly place: string;
  readonly bytes: number;
  readonly check: () => Promise<void>;
}

/**
 * Reads what lies in the store, one file after the other, and compares it with its hashes. Jobs are looked for only where
 * an artifact is damaged, in all records.
 */
export async function checkPart(
  collected: CollectedStore,
  { after, repair, signal }: CheckRequest,
): Promise<StoreCheck> {
  const { files } = collected.store;
  const begun = performance.now();
  const checked = { files: 0, bytes: 0 };
  const damaged: DamagedArtifact[] = [];
  const passing: PassingDamage[] = [];
  const checks: FileChecks = {
    artifact: async (sha256) => {
      const damage = await files.check(sha256, { signal, round: repair ? begun : undefined });
      if (damage !== undefined) damaged.push(damage);
    },
    passing: async (file) => {
      if (await files.checkPassing(file, { signal, remove: repair })) passing.push(passingDamage(file, repair));
    },
  };
  let next: string | undefined;
  for await (const { place, bytes, check } of checkables(files, after, checks)) {
    await check();
    checked.files += 1;
    checked.bytes += bytes;
    if (performance.now() - begun < partMs && damaged.length + passing.length < mostDamaged) continue;
    next = place;
    break;
  }
  const described = damaged.length === 0 ? [] : await describe(collected, damaged, { repair, signal });
  return { checked, damaged: described, passing, ...(next !== undefined && { next }) };
}

async function* checkables(
  files: CollectedStore['store']['files'],
  after: string | undefined,
  checks: FileChecks,
): AsyncGenerator<Checkable> {
  const [begin, name] = placeOf(after);
  if (begin === 'artifacts') {
    for await (const { sha256, bytes } of files.artifacts({ after })) {
      yield { place: sha256, bytes, check: () => checks.artifact(sha256) };
    }
  }
  const first = begin === 'artifacts' ? 0 : checkedKinds.indexOf(begin);
  for (const kind of checkedKinds.slice(first)) {
    for await (const file of files.passing(kind, kind === begin ? name : undefined)) {
      yield { place: `${kind}/${file.name}`, bytes: file.bytes, check: () => checks.passing(file) };
    }
  }
}

function placeOf(after = ''): readonly [CheckedKind | 'artifacts', name: string] {
  const kind = checkedKinds.find((each) => after.startsWith(`${each}/`));
  return kind === undefined ? ['artifacts', after] : [kind, after.slice(kind.length + 1)];
}

function passingDamage({ kind, name, bytes }: PassingFile, repaired: boolean): PassingDamage {
  const job = kind === 'shared' ? undefined : name.split('/')[0];
  return { kind, name, ...(job !== undefined && { job }), bytes, repaired };
}

async function describe(
  collected: CollectedStore,
  damaged: readonly DamagedArtifact[],
  { repair, signal }: Pick<CheckRequest, 'repair' | 'signal'>,
): Promise<Damage[]> {
  const live = await liveArtifacts(collected.jobs, signal);
  const found = damaged.map(({ sha256, bytes, found }) => ({
    sha256,
    facts: {
      artifact: `artifact:sha256-${sha256}`,
      bytes,
      ...given({ found }),
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
