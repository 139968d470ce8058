import type { StepCache } from '@rondel/contracts';
import {
  resultFamilies,
  resultIdentities,
  stepsOf,
  type BuiltStep,
  type PlacedStep,
  type PlanTree,
  type Registry,
} from '@rondel/reco';
import type { CachePoint } from './kept-results.js';

export interface PlannedRun {
  readonly steps: readonly Pick<BuiltStep, 'path'>[];
  /** All steps of the plan with what its wrappers say, as the job was submitted. */
  readonly placed: readonly PlacedStep[];
  /** The plan with its remote values resolved, as the steps were built. */
  readonly resolved: PlanTree;
  readonly registry: Registry;
  /** What `computedBy` says. */
  readonly engine: string;
  readonly project?: string | undefined;
  /** What tells the content of data files from any other, by reference. */
  readonly files?: ReadonlyMap<string, string> | undefined;
  /** What tells the input from any other. */
  readonly identity: () => Promise<string>;
  /** Whether results of steps that no cache stands around are held, too, but that of the last one. */
  readonly holds?: boolean;
}

export interface CachePoints {
  /** Steps whose results are kept or held, in the order of the plan. */
  readonly points: readonly CachePoint[];
  /** Path to why a wrapper passes through. */
  readonly passing: ReadonlyMap<string, StepCache>;
  /** What told the input from any other; absent when nobody had to know. */
  readonly input?: string;
}

/** The steps of a run that are wrapped in a cache, with the names of their results. */
export async function findCachePoints(run: PlannedRun): Promise<CachePoints> {
  const placed = ownSteps(run, run.placed);
  const passing = new Map<string, StepCache>();
  const wrapped = placed.flatMap((step, index) => {
    const { path, cacheSize: maxsize } = step;
    if (maxsize === undefined) return [];
    const reason = passingReason(placed.slice(0, index + 1), maxsize);
    if (reason === undefined) return [{ index, path, type: step.definition.type, maxsize }];
    passing.set(path, { state: 'off', reason });
    return [];
  });
  const chosen = [...wrapped, ...heldSteps(run, placed)].toSorted((a, b) => a.index - b.index);
  if (chosen.length === 0) return { points: [], passing };
  const input = await run.identity();
  const identities = resultIdentities(ownSteps(run, stepsOf(run.resolved, run.registry)), run.registry, {
    input,
    engine: run.engine,
    project: run.project,
    files: run.files,
  });
  const families = resultFamilies(run.placed, run.registry, run.project);
  const points = chosen.flatMap((point): CachePoint[] => {
    const identity = identities[point.index];
    const family = families[run.placed.findIndex(({ path }) => path === point.path)];
    return identity === undefined ? [] : [{ ...point, identity, family }];
  });
  return { points, passing, input };
}

function heldSteps({ holds = false }: PlannedRun, placed: readonly PlacedStep[]) {
  if (!holds) return [];
  return placed.slice(0, -1).flatMap(({ path, definition: { type }, cacheSize }, index) => {
    const isPure = placed.slice(0, index + 1).every(({ definition }) => definition.purity === 'pure');
    return isPure && cacheSize === undefined ? [{ index, path, type, maxsize: 1, isHeld: true as const }] : [];
  });
}

function ownSteps({ steps }: PlannedRun, all: readonly PlacedStep[]): PlacedStep[] {
  return all.filter(({ path }) => steps.some((step) => step.path === path));
}

function passingReason(steps: readonly PlacedStep[], maxsize: number): string | undefined {
  if (maxsize === 0) return 'maxsize is 0.';
  const stateful = steps.find(({ definition }) => definition.purity !== 'pure');
  if (stateful === undefined) return undefined;
  return `${stateful.path} (${stateful.definition.type}) is not pure: the same input may give another result.`;
}
