import { createHash } from 'node:crypto';
import type { JsonValue, ResolvedRemote } from '@rondel/contracts';
import {
  buildAlgorithm,
  resolveRemoteValues,
  type Algorithm,
  type ExecutableRegistry,
  type RemoteSource,
} from '@rondel/reco';

/** Built algorithms kept warm, so that a second job with the same plan finds its operators ready. */
const mostWarm = 4;

export interface WarmAlgorithm {
  readonly algorithm: Algorithm;
  /** False when it was built just now. */
  readonly warm: boolean;
  readonly remoteValues: readonly ResolvedRemote[];
}

/** A part of a plan that an executor runs. */
interface PlanPart {
  readonly plan: Readonly<Record<string, JsonValue>>;
  /** Paths of the steps to build. */
  readonly steps: readonly string[];
}

export type WarmAlgorithms = (part: PlanPart) => Promise<WarmAlgorithm>;

/**
 * Builds steps or finds them built. Remote values are read every time: an algorithm counts as the same only while they
 * stand for the same numbers. Least recently used algorithms make room, and free what they hold.
 */
export function warmAlgorithms(registry: ExecutableRegistry, source: RemoteSource): WarmAlgorithms {
  const kept = new Map<string, Algorithm>();
  return async ({ plan, steps }) => {
    const { tree, values } = await resolveRemoteValues(plan, { registry, source, steps });
    const key = keyOf({ plan, steps, values });
    const found = kept.get(key);
    const algorithm = found ?? buildAlgorithm(tree, registry, steps);
    kept.delete(key);
    kept.set(key, algorithm);
    for (const [oldest, unused] of kept) {
      if (kept.size <= mostWarm) break;
      unused.dispose();
      kept.delete(oldest);
    }
    return { algorithm, warm: found !== undefined, remoteValues: values };
  };
}

function keyOf(facts: PlanPart & { readonly values: readonly ResolvedRemote[] }): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
