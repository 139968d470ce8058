import type { JsonValue, ResolvedRemote, Warning } from '@rondel/contracts';
import {
  buildAlgorithm,
  resolveRemoteValues,
  sizedSteps,
  stepsOf,
  type Algorithm,
  type ExecutableRegistry,
  type PlacedStep,
  type PlanTree,
  type RemoteSource,
} from '@rondel/reco';
import { LRUCache } from 'lru-cache';

/** Built algorithms kept warm, so that a second job with the same plan finds its operators ready. */
const mostWarm = 4;

interface Built {
  readonly algorithm: Algorithm;
  /** All steps of the plan with what its wrappers say, as the job was submitted. */
  readonly placed: readonly PlacedStep[];
  /** All steps of the plan with what says how large their outputs will be. */
  readonly sized: Readonly<ReturnType<typeof sizedSteps>>;
}

export interface HeldAlgorithm extends Built {
  /** False when it was built just now. */
  readonly warm: boolean;
  readonly remoteValues: readonly ResolvedRemote[];
  /** What is doubtful about those values. */
  readonly warnings: readonly Warning[];
}

/** A part of a plan that an executor runs. */
interface PlanPart {
  readonly plan: Readonly<Record<string, JsonValue>>;
  /** Paths of the steps to build. */
  readonly steps: readonly string[];
}

export type WarmAlgorithms = (part: PlanPart) => Promise<HeldAlgorithm>;

/**
 * Builds steps or finds them built. Remote values are read every time: an algorithm counts as the same only while they
 * stand for the same numbers. Least recently used algorithms make room, and free what they hold.
 */
export function warmAlgorithms(registry: ExecutableRegistry, source: RemoteSource): WarmAlgorithms {
  const kept = new LRUCache<string, Built>({
    max: mostWarm,
    dispose: ({ algorithm }) => algorithm.dispose(),
  });
  return async ({ plan, steps }) => {
    // Plans without remote values are found by this alone.
    const part = JSON.stringify([plan, steps]);
    const same = kept.get(part);
    if (same !== undefined) return { ...same, warm: true, remoteValues: [], warnings: [] };
    const { tree, values, warnings = [] } = await resolveRemoteValues(plan, { registry, source, steps });
    const key = values.length === 0 ? part : JSON.stringify([plan, steps, values]);
    const found = kept.get(key);
    const built = found ?? buildPart(tree, { plan, steps }, registry);
    kept.set(key, built);
    return { ...built, warm: found !== undefined, remoteValues: values, warnings };
  };
}

function buildPart(tree: PlanTree, { plan, steps }: PlanPart, registry: ExecutableRegistry): Built {
  const algorithm = buildAlgorithm(tree, registry, steps);
  return { algorithm, placed: stepsOf(plan, registry), sized: sizedSteps(algorithm.plan, registry) };
}
