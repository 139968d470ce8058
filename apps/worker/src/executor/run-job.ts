import type { Dataset, NdArray, Preview, Progress, Provenance, Result } from '@rondel/contracts';
import { divideDataset, joinDatasets, stepsOf, type ExecutableRegistry, type StepReport } from '@rondel/reco';
import { encodeArray, renderSlice, summarize } from '@rondel/formats';
import type { ArtifactStore } from '@rondel/store';
import type { EngineFacts, RunRequest, RunResult } from './messages.js';
import { openCheckpoints, type CheckpointOptions } from './checkpoints.js';
import { getDataset, putDataset } from './dataset-artifacts.js';
import { inputIdentity } from './input-identity.js';
import type { KeptResults } from './kept-results.js';
import { openPreviews } from './previews.js';
import { readInput, type Input } from './read-input.js';
import { runCached } from './run-cached.js';
import { remoteSource } from './remote-source.js';
import { warmAlgorithms } from './warm-algorithms.js';

/** Blocks of a split job that does not say how large they shall be, and the most that there may be. */
const defaultBlocks = 4;
const mostBlocks = 256;

export interface RunListener {
  readonly onProgress: (progress: Progress) => void;
  readonly onPreview: (preview: Preview) => void;
  readonly onStep: (step: StepReport) => void;
  readonly onLog: (level: 'info' | 'warn', message: string) => void;
}

type ResumedStep = NonNullable<Provenance['resumed']>[number];

export type JobRunner = (request: RunRequest, listener: RunListener) => Promise<RunResult>;

interface Surroundings {
  readonly registry: ExecutableRegistry;
  readonly store: ArtifactStore;
  readonly roots: Readonly<Record<string, string>>;
  readonly engine: EngineFacts;
  readonly results: KeptResults;
  readonly checkpoints: Pick<CheckpointOptions, 'area' | 'everySeconds'>;
}

/** Runs plans or parts of them: reads the input, computes, leaves what the part shall leave, and says how it was made. */
export function createJobRunner(surroundings: Surroundings): JobRunner {
  const { registry, store, engine } = surroundings;
  const algorithmFor = warmAlgorithms(registry, remoteSource(surroundings));
  return async (request, listener) => {
    const timings: Record<string, number> = { ...request.part.inputs.history?.timings };
    const started = performance.now();
    const built = await algorithmFor({ plan: request.plan, steps: request.part.steps });
    if (!built.warm) timings.build = (performance.now() - started) / 1000;
    const previews = openPreviews({ job: request.job, store, ...listener });
    const resumed = new Map<string, ResumedStep>();
    const engineVersion = `${engine.name} ${engine.version}`;
    const { history } = request.part.inputs;
    const { output, sources, cached, keepSeconds } = await runCached({
      steps: built.algorithm.steps,
      plan: request.plan,
      resolved: built.algorithm.plan,
      registry,
      engine: engineVersion,
      identity: () => inputIdentity(request, surroundings),
      read: () => timed(timings, 'read', () => loadInput(request, surroundings)),
      sources: history?.data,
      results: surroundings.results,
      options: {
        ...listener,
        onPreview: previews.offer,
        checkpoints: openCheckpoints({
          ...surroundings.checkpoints,
          job: request.job,
          leg: request.part.leg,
          attempt: request.attempt,
          worker: request.worker,
          plan: built.algorithm.plan,
          registry,
          engine: engineVersion,
          onLog: listener.onLog,
        }),
        onStep: (step) => {
          if (step.seconds !== undefined) timings[step.path] = step.seconds;
          if (step.resumed) resumed.set(step.path, { path: step.path, ...step.resumed });
          listener.onStep(step);
        },
        // A cancelled job's executor is killed, so nothing has to be told to stop.
        signal: new AbortController().signal,
        memoryBytes: engine.memoryBytes,
      },
    }).finally(() => previews.settled());
    if (keepSeconds > 0) timings.keep = keepSeconds;
    const origins = {
      ...(cached.length > 0 && { cached: [...cached] }),
      ...(resumed.size > 0 && { resumed: [...resumed.values()] }),
    };
    const legs = [...(history?.legs ?? []), { ...legRecord(request, engine, built.warm), ...origins }];
    const remoteValues = [...(history?.remoteValues ?? []), ...built.remoteValues];
    const { leaves } = request.part;
    if (leaves.kind !== 'image') {
      const inputAxes = stepsOf(request.plan, registry)[0]?.definition.input ?? [];
      const parts = await timed(timings, 'write', () => leaveParts(nameAxes(output, inputAxes), leaves, store));
      return { kind: 'part', output: { parts, history: { data: sources, legs, timings, remoteValues } } };
    }
    const published = await timed(timings, 'write', () => publish(output.data, store));
    const seconds = (performance.now() - started) / 1000;
    return {
      kind: 'image',
      result: { ...published, seconds: request.part.alone ? seconds : sum(timings) },
      provenance: {
        plan: request.planToml,
        planSha256: request.planSha256,
        parameters: { ...request.parameters },
        data: sources,
        packages: { ...registry.versions },
        engine: engineRecord(engine),
        node: process.version,
        worker: request.worker,
        timings: { ...timings, total: seconds },
        ...(remoteValues.length > 0 && { remoteValues }),
        ...(request.part.alone ? { warm: built.warm, ...origins } : { legs }),
      },
    };
  };
}

/** The raw data, or what the legs before this one left. */
async function loadInput({ data, part }: RunRequest, surroundings: Surroundings): Promise<Input> {
  const { parts, axis, history } = part.inputs;
  if (parts === undefined || history === undefined) return readInput(data, surroundings);
  const blocks = await Promise.all(parts.map((sha256) => getDataset(sha256, surroundings.store)));
  const [only] = blocks;
  const dataset = blocks.length === 1 && only ? only : joinDatasets(blocks, axis ?? '');
  return { dataset, sources: history.data };
}

/**
 * A bare file does not name its axes. It is divided by the names that the plan's first step gives them, the last ones
 * where the file has fewer: [slice, angle, detector] of [frame, slice, angle, detector].
 */
function nameAxes(dataset: Dataset, axes: readonly string[]): Dataset {
  const { data } = dataset;
  if (data.axes !== undefined || data.shape.length > axes.length) return dataset;
  return { ...dataset, data: { ...data, axes: axes.slice(axes.length - data.shape.length) } };
}

async function leaveParts(
  dataset: Dataset,
  leaves: Exclude<RunRequest['part']['leaves'], { kind: 'image' }>,
  store: ArtifactStore,
): Promise<string[]> {
  if (leaves.kind === 'dataset') return [await putDataset(dataset, store)];
  const extent = dataset.data.shape[dataset.data.axes?.indexOf(leaves.axis) ?? -1] ?? 1;
  const size = Math.max(leaves.size ?? Math.ceil(extent / defaultBlocks), Math.ceil(extent / mostBlocks));
  const parts: string[] = [];
  for (const block of divideDataset(dataset, leaves.axis, size)) parts.push(await putDataset(block, store));
  return parts;
}

function legRecord({ part, worker }: RunRequest, engine: EngineFacts, warm: boolean) {
  return { id: part.leg, steps: [...part.steps], worker, engine: engineRecord(engine), warm };
}

function engineRecord({ name, version, device }: EngineFacts) {
  return { name, version, device };
}

function sum(timings: Readonly<Record<string, number>>): number {
  return Object.values(timings).reduce((total, seconds) => total + seconds, 0);
}

async function publish(image: NdArray, store: ArtifactStore): Promise<Omit<Result, 'seconds'>> {
  const { min, max, mean } = summarize(image);
  const array = await store.put((await encodeArray(image, 'npy')).parts);
  const preview = await store.put([renderSlice(image, { bits: 8 })]);
  const axes = image.axes ?? image.shape.map((_, axis) => `axis${axis}`);
  return {
    artifact: `artifact:sha256-${array.sha256}`,
    preview: `artifact:sha256-${preview.sha256}`,
    shape: [...image.shape],
    dtype: image.dtype,
    axes: [...axes],
    spacing: [...(image.spacing ?? image.shape.map(() => 1))],
    min,
    max,
    mean,
  };
}

async function timed<T>(timings: Record<string, number>, phase: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    timings[phase] = (performance.now() - started) / 1000;
  }
}
