import {
  joinWarnings,
  settledWarnings,
  type Dataset,
  type foundIn,
  type Provenance,
  type Warning,
} from '@rondel/contracts';
import type { ExecutableRegistry } from '@rondel/reco';
import type { EngineFacts, RunPart, RunRequest, RunResult } from '../messages/messages.js';
import type { Input } from '../input/read-input.js';
import { computingLibraries } from '../packages.js';
import type { PublishedImage } from '../output/published-image.js';
import { watchEngineUse, type EngineUse } from './engine-use.js';
import { inOrder } from './heard-warnings.js';
import type { HeldAlgorithm } from './warm-algorithms.js';

/** Where a sub-job's results came from that it did not compute itself from the start. */
type Origins = Pick<Provenance, 'cached' | 'resumed'>;

/** What provenance tells of an image beside how this sub-job ran. */
export interface ImageFacts {
  readonly data: Input['sources'];
  readonly origins?: Origins;
  readonly warnings: Dataset['warnings'];
  /** Values of properties that the plan left open, by their paths. */
  readonly found: ReturnType<typeof foundIn>;
}

/** What is written down of a run while it goes on, and what it answers in the end. */
export interface RunRecord {
  /** Seconds per phase and step. */
  readonly timings: Record<string, number>;
  /** Measures a phase. */
  readonly timed: <T>(phase: string, work: () => Promise<T>) => Promise<T>;
  /** Which steps compute on the engine. */
  readonly engineUse: EngineUse;
  /** Notes the sub-job as one of those that made the image. */
  readonly noteSubjob: (part: RunPart, origins?: Origins) => void;
  /** The answer of a sub-job that leaves parts for others. */
  readonly partLeft: (parts: string[], data: Provenance['data']) => RunResult;
  /** The answer of the sub-job that publishes the image. */
  readonly imageLeft: (image: PublishedImage, left: ImageFacts) => RunResult;
}

interface Ran {
  readonly request: RunRequest;
  readonly built: HeldAlgorithm;
  /** What is doubtful before anything has run. */
  readonly doubtful: readonly Warning[];
  /** `performance.now()` at its beginning. */
  readonly started: number;
}

/** Goes on with what the sub-jobs before have written down. */
export function openRunRecord(
  { request, built, doubtful, started }: Ran,
  { registry, engine }: { readonly registry: ExecutableRegistry; readonly engine: EngineFacts },
): RunRecord {
  const { history } = request.part.inputs;
  const timings: Record<string, number> = { ...history?.timings };
  const engineUse = watchEngineUse();
  const subjobs = [...(history?.legs ?? [])];
  const remoteValues = [...(history?.remoteValues ?? []), ...built.remoteValues];
  const provenanceOf = ({ data, found, origins = {}, warnings: heard }: ImageFacts, total: number): Provenance => {
    const warnings = inOrder(
      settledWarnings(joinWarnings(request.warnings, doubtful, heard)),
      built.placed.map(({ path }) => path),
    );
    return {
      plan: request.planToml,
      planSha256: request.planSha256,
      parameters: { ...request.parameters },
      data,
      packages: { ...registry.versions, ...computingLibraries },
      engine: engineRecord(engine, engineUse),
      node: process.version,
      worker: request.worker,
      ...(warnings.length > 0 && { warnings }),
      ...(Object.keys(found).length > 0 && { found: { ...found } }),
      timings: { ...timings, total },
      ...(remoteValues.length > 0 && { remoteValues }),
      ...(request.part.alone ? { warm: built.warm, ...origins } : { legs: subjobs }),
    };
  };
  return {
    timings,
    engineUse,
    async timed(phase, work) {
      const began = performance.now();
      try {
        return await work();
      } finally {
        timings[phase] = (performance.now() - began) / 1000;
      }
    },
    noteSubjob({ subjob: id, steps }, origins = {}) {
      const { worker } = request;
      subjobs.push({
        id,
        steps: [...steps],
        worker,
        engine: engineRecord(engine, engineUse),
        warm: built.warm,
        ...origins,
      });
    },
    partLeft: (parts, data) => ({
      kind: 'part',
      output: { parts, history: { data, legs: subjobs, timings, remoteValues } },
    }),
    imageLeft(image, left) {
      const seconds = (performance.now() - started) / 1000;
      return {
        kind: 'image',
        result: { ...image, seconds: request.part.alone ? seconds : sum(timings) },
        provenance: provenanceOf(left, seconds),
      };
    },
  };
}

function engineRecord({ name, version, device }: EngineFacts, use: EngineUse): Provenance['engine'] {
  const processor = [...use.withoutEngine()];
  return { name, version, device, ...(name !== 'wasm' && processor.length > 0 && { processor }) };
}

function sum(timings: Readonly<Record<string, number>>): number {
  return Object.values(timings).reduce((total, seconds) => total + seconds, 0);
}
