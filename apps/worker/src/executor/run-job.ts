import type { NdArray, Progress, Result } from '@rondel/contracts';
import { buildAlgorithm, runAlgorithm, type Algorithm, type ExecutableRegistry, type StepReport } from '@rondel/reco';
import { encodeArray, renderSlice, summarize } from '@rondel/formats';
import type { ArtifactStore } from '@rondel/store';
import type { EngineFacts, RunRequest, RunResult } from './messages.js';
import { readInput } from './read-input.js';

/** Built algorithms kept warm, so that a second job with the same plan finds its operators ready. */
const warmAlgorithms = 4;

export interface RunListener {
  readonly onProgress: (progress: Progress) => void;
  readonly onStep: (step: StepReport) => void;
  readonly onLog: (level: 'info' | 'warn', message: string) => void;
}

export type JobRunner = (request: RunRequest, listener: RunListener) => Promise<RunResult>;

interface Surroundings {
  readonly registry: ExecutableRegistry;
  readonly store: ArtifactStore;
  readonly roots: Readonly<Record<string, string>>;
  readonly engine: EngineFacts;
}

/** Runs whole plans: reads the data, computes, publishes the image, and says how it was made. */
export function createJobRunner(surroundings: Surroundings): JobRunner {
  const { registry, store, engine } = surroundings;
  const algorithmFor = warmCache(registry);
  return async (request, listener) => {
    const timings: Record<string, number> = {};
    const started = performance.now();
    const algorithm = algorithmFor(request);
    const input = await timed(timings, 'read', () => readInput(request.data, surroundings));
    const output = await runAlgorithm(algorithm, input.dataset, {
      ...listener,
      onStep: (step) => {
        if (step.seconds !== undefined) timings[step.path] = step.seconds;
        listener.onStep(step);
      },
      // A cancelled job's executor is killed, so nothing has to be told to stop.
      signal: new AbortController().signal,
      memoryBytes: engine.memoryBytes,
    });
    const published = await timed(timings, 'write', () => publish(output.data, store));
    const seconds = (performance.now() - started) / 1000;
    return {
      result: { ...published, seconds },
      provenance: {
        plan: request.planToml,
        planSha256: request.planSha256,
        parameters: { ...request.parameters },
        data: input.sources,
        packages: { ...registry.versions },
        engine: { name: engine.name, version: engine.version, device: engine.device },
        node: process.version,
        worker: request.worker,
        timings: { ...timings, total: seconds },
      },
    };
  };
}

/** Least recently used algorithms make room, and free what they hold. */
function warmCache(registry: ExecutableRegistry): (request: RunRequest) => Algorithm {
  const warm = new Map<string, Algorithm>();
  return ({ planSha256, plan }) => {
    const algorithm = warm.get(planSha256) ?? buildAlgorithm(plan, registry);
    warm.delete(planSha256);
    warm.set(planSha256, algorithm);
    for (const [key, oldest] of warm) {
      if (warm.size <= warmAlgorithms) break;
      oldest.dispose();
      warm.delete(key);
    }
    return algorithm;
  };
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
