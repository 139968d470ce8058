import type { JsonValue, ResolvedRemote, Warning } from '@rondel/contracts';
import {
  buildAlgorithm,
  filesIn,
  resolveRemoteValues,
  sizedSteps,
  stepsOf,
  type Algorithm,
  type ExecutableRegistry,
  type PlacedFile,
  type PlacedStep,
  type PlanTree,
} from '@rondel/reco';
import type { MayRead, ReferenceSources } from '@rondel/store';
import { LRUCache } from 'lru-cache';
import { withChosenProjections, type ChosenProjections } from '../input/chosen-projections.js';
import { identifyFiles, type IdentifiedFile } from '../input/data-files.js';
import { remoteSource } from '../questions/remote-source.js';

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
  /** The data files that the steps may open. */
  readonly files: readonly IdentifiedFile[];
}

/** A part of a plan that an executor runs. */
interface PlanPart {
  /** What of the data roots may be read for it; absent: all. */
  readonly mayRead?: MayRead;
  readonly plan: Readonly<Record<string, JsonValue>>;
  /** Paths of the steps to build. */
  readonly steps: readonly string[];
  /** What is read of the projections that the plan has the angles of; absent: all. */
  readonly chosen?: ChosenProjections | undefined;
}

export type WarmAlgorithms = (part: PlanPart) => Promise<HeldAlgorithm>;

/**
 * Builds steps or finds them built. Remote values are read every time, and data files looked at: an algorithm counts as the same
 * only while they stand for the same numbers and content. Least recently used algorithms make room, and free what they hold.
 */
export function warmAlgorithms(registry: ExecutableRegistry, places: ReferenceSources): WarmAlgorithms {
  const kept = new LRUCache<string, Built>({
    max: mostWarm,
    dispose: ({ algorithm }) => algorithm.dispose(),
  });
  const named = new LRUCache<string, readonly PlacedFile[]>({ max: mostWarm });
  return async ({ plan, steps, mayRead, chosen }) => {
    const sources = { ...places, mayRead };
    const part = JSON.stringify([plan, steps, chosen]);
    const placed = named.get(part) ?? filesOfSteps({ plan, steps }, registry);
    named.set(part, placed);
    const files = await identifyFiles(placed, sources);
    // Plans without remote values are found by this alone.
    const own = files.length === 0 ? part : JSON.stringify([part, files]);
    const same = kept.get(own);
    if (same !== undefined) return { ...same, warm: true, remoteValues: [], warnings: [], files };
    const {
      tree,
      values,
      warnings = [],
    } = await resolveRemoteValues(plan, {
      registry,
      source: remoteSource(sources),
      steps,
    });
    const key = values.length === 0 ? own : JSON.stringify([own, values]);
    const known = kept.get(key);
    const cut = chosen === undefined ? tree : withChosenProjections(tree, chosen, registry);
    const built = known ?? buildPart(cut, { plan, steps }, registry);
    kept.set(key, built);
    return { ...built, warm: known !== undefined, remoteValues: values, warnings, files };
  };
}

function filesOfSteps({ plan, steps }: PlanPart, registry: ExecutableRegistry): PlacedFile[] {
  return stepsOf(plan, registry)
    .filter(({ path }) => steps.includes(path))
    .flatMap(({ tree, path }) => filesIn(tree, registry.catalog, path));
}

function buildPart(tree: PlanTree, { plan, steps }: PlanPart, registry: ExecutableRegistry): Built {
  const algorithm = buildAlgorithm(tree, registry, steps);
  return { algorithm, placed: stepsOf(plan, registry), sized: sizedSteps(algorithm.plan, registry) };
}
