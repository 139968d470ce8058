import { isTerminal, type JobState, type StepCache, type StepRecord, type SubjobRecord } from '@rondel/contracts';
import type { JobHash, StageHead } from './job-parts.js';

/** What the blocks of every stage have reported of their steps, put together as people want to see it. */
export function stepRecords(hash: JobHash, stages: readonly StageHead[]): StepRecord[] {
  return stages.flatMap((stage, index) => {
    const blocks = blocksOf(hash, index);
    return stage.steps.map((step) => stepRecord(step, blocks, stages.length > 1));
  });
}

interface Block {
  readonly id: string;
  readonly state: JobState;
  readonly attempts: number;
  readonly worker?: string;
  readonly fraction?: number;
  readonly steps: readonly StepRecord[];
}

/** Blocks of a stage that has begun; one that waits when it has not. */
function blocksOf(hash: JobHash, stage: number): Block[] {
  const ended = isTerminal(hash.state as JobState) ? (hash.state as JobState) : undefined;
  const present = Number(hash.stage);
  if (stage > present) return [];
  const ids = stage === present ? range(Number(hash.blocks)) : startedBlocks(hash, stage);
  return ids.map((block) => {
    const field = (name: string) => hash[`b:${stage}.${block}:${name}`];
    const state = (field('state') ?? 'queued') as JobState;
    const worker = field('worker');
    const fraction = field('fraction');
    return {
      id: `${stage}.${block}`,
      // What ran when its job was ended from outside ended with it.
      state: isTerminal(state) ? state : (ended ?? state),
      attempts: Number(field('attempt') ?? 0),
      steps: JSON.parse(field('steps') ?? '[]') as StepRecord[],
      ...(worker !== undefined && { worker }),
      ...(fraction !== undefined && { fraction: Number(fraction) }),
    };
  });
}

function startedBlocks(hash: JobHash, stage: number): number[] {
  return range(Object.keys(hash).filter((name) => new RegExp(`^b:${stage}\\.\\d+:state$`).test(name)).length);
}

function stepRecord(
  step: { readonly path: string; readonly type: string },
  blocks: readonly Block[],
  distributed: boolean,
): StepRecord {
  const records = blocks.map((block) => blockStep(step.path, block));
  const seconds = records.flatMap((record) => record.seconds ?? []);
  const estimates = blocks.flatMap(({ steps }) => steps.find(({ path }) => path === step.path)?.estimatedBytes ?? []);
  const [only] = records;
  return {
    ...step,
    state: jointState(records.map(({ state }) => state)),
    ...(records.length === 1 && only?.worker !== undefined && { worker: only.worker }),
    ...(seconds.length > 0 && { seconds: Math.max(...seconds) }),
    ...(estimates.length > 0 && { estimatedBytes: Math.max(...estimates) }),
    ...jointCache(records),
    ...(records.length === 1 && only?.resumed !== undefined && { resumed: only.resumed }),
    ...(distributed && records.length > 0 && { subjobs: records }),
  };
}

function blockStep(path: string, block: Block): SubjobRecord {
  const reported = block.steps.find((step) => step.path === path);
  const { steps: _, ...facts } = block;
  const state = reported?.state ?? unreportedState(block.state);
  const running = state === 'active' || state === 'queued';
  return {
    ...facts,
    state: running && block.state !== 'active' ? block.state : state,
    ...(reported?.seconds !== undefined && { seconds: reported.seconds }),
    ...(reported?.cache !== undefined && { cache: reported.cache }),
    ...(reported?.resumed !== undefined && { resumed: reported.resumed }),
  };
}

/** A step that never began has not failed, whatever became of its block. */
function unreportedState(block: JobState): JobState {
  if (block === 'completed') return 'completed';
  return block === 'failed' ? 'cancelled' : 'queued';
}

/** Several blocks are counted; the state is that of the block that had the most to do. */
function jointCache(records: readonly SubjobRecord[]): { cache?: StepCache } {
  const caches = records.flatMap(({ cache }) => cache ?? []);
  const [first] = caches;
  if (first === undefined || records.length === 1) return first === undefined ? {} : { cache: first };
  const counts = cacheStates.flatMap((state) => {
    const count = caches.filter((cache) => cache.state === state).length;
    return count === 0 ? [] : [{ state, count }];
  });
  const state = counts[0]?.state ?? first.state;
  const reason = `Blocks: ${counts.map((each) => `${each.count} ${each.state}`).join(', ')}.`;
  return { cache: { state, reason, ...jointHeld(caches) } };
}

/** Blocks hold the same things, each in its process: of each thing the one that had the most to do is told. */
function jointHeld(caches: readonly StepCache[]): Pick<StepCache, 'held'> {
  const things = caches.flatMap(({ held = [] }) => held);
  const order = (state: (typeof things)[number]['state']) => cacheStates.indexOf(state);
  const worst = things.toSorted((a, b) => order(b.state) - order(a.state));
  return things.length === 0 ? {} : { held: [...new Map(worst.map((thing) => [thing.path, thing])).values()] };
}

const cacheStates = ['miss', 'stored', 'off', 'hit', 'skipped', 'none'] as const;

/** One state for all blocks: the worst that happened, else where the furthest is. */
function jointState(states: readonly JobState[]): JobState {
  if (states.length === 0) return 'queued';
  for (const state of ['failed', 'cancelled', 'active'] as const) if (states.includes(state)) return state;
  if (states.every((state) => state === 'completed')) return 'completed';
  return states.includes('completed') ? 'active' : (states[0] ?? 'queued');
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
