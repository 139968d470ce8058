import { RondelError, toFailure, type Dataset } from '@rondel/contracts';
import {
  resultIdentities,
  stepsOf,
  type BuiltStep,
  type StepCheckpointStore,
  type FoundCheckpoint,
  type PlanTree,
  type Registry,
} from '@rondel/reco';
import type { CheckpointArea, CheckpointReader } from '@rondel/store';
import { checkpointBytes, readCheckpoint, readHeader } from '../files/checkpoint-file.js';
import { hashDataset } from '../files/dataset-hash.js';

/** Checkpoints follow each other at this distance at least, unless a worker says otherwise. */
const defaultEverySeconds = 10;
/** Making checkpoints takes at most this share of the time. */
const largestShare = 0.05;

export interface CheckpointOptions {
  readonly area: CheckpointArea;
  readonly job: string;
  /** `<stage>.<block>` */
  readonly subjob: string;
  readonly attempt: number;
  readonly worker: string;
  /** The plan with its remote values resolved, as the steps were built. */
  readonly plan: PlanTree;
  readonly registry: Registry;
  /** What `computedBy` says. */
  readonly engine: string;
  /** What tells the content of data files from any other, by reference; absent: there are none. */
  readonly files?: ReadonlyMap<string, string> | undefined;
  /** Least distance of two checkpoints, and of the first one from the start of its step. */
  readonly everySeconds?: number | undefined;
  readonly onLog: (level: 'warn', message: string) => void;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

/**
 * The checkpoints of one run, apart for each step. A checkpoint stands for the bytes of the step's input, its
 * parameters, package version, engine and libraries: it is used where all of them are the same, whichever attempt left it, and
 * whatever became of the files that the input was read from.
 *
 * It is worth less than the image: one that cannot be stored is the last of its step, one that cannot be used is left
 * aside, each with a warning in the job's log. What `make` throws is the step's own failure.
 */
export function openCheckpoints(options: CheckpointOptions): (step: BuiltStep, input: Dataset) => StepCheckpointStore {
  return (step, input) => openStepCheckpoints(options, step, input);
}

function openStepCheckpoints(options: CheckpointOptions, { path }: BuiltStep, input: Dataset): StepCheckpointStore {
  const { area, job, subjob, attempt, worker, onLog } = options;
  const now = options.now ?? (() => performance.now());
  const everyMs = (options.everySeconds ?? defaultEverySeconds) * 1000;
  const place = { job, subjob, step: path };
  let key: string | undefined;
  const ownKey = () => (key ??= keyOf(options, path, input));
  let due = now() + everyMs;
  let given = true;
  return {
    async restore() {
      try {
        const reader = await area.open(place);
        return reader && (await read(reader, ownKey));
      } catch (error) {
        onLog('warn', `${path} begins anew: ${toFailure(error).message}`);
        return undefined;
      }
    },
    async save(make) {
      const started = now();
      if (!given || started < due) return;
      const checkpoint = make();
      try {
        await area.write(place, checkpointBytes(checkpoint, { key: ownKey(), attempt, worker }));
      } catch (error) {
        given = false;
        onLog('warn', `There are no more checkpoints of ${path}: ${toFailure(error).message}`);
      }
      const ended = now();
      due = Math.max(started + everyMs, ended + (ended - started) / largestShare);
    },
  };
}

/** Throws `CONFLICT` for a checkpoint that is damaged or stands for something else. */
async function read(reader: CheckpointReader, ownKey: () => string): Promise<FoundCheckpoint> {
  try {
    const header = await readHeader(reader);
    const { key, attempt, worker, iteration, iterations } = header;
    if (key !== ownKey()) {
      throw new RondelError(
        'CONFLICT',
        `The checkpoint of attempt ${attempt} on ${worker} is that of other data or parameters, or of another version or engine.`,
      );
    }
    const checkpoint = await readCheckpoint(reader, header);
    return { checkpoint, resumed: { iteration, iterations, attempt, worker } };
  } finally {
    await reader.close();
  }
}

function keyOf({ plan, registry, engine, files }: CheckpointOptions, path: string, input: Dataset): string {
  const step = stepsOf(plan, registry).filter((placed) => placed.path === path);
  const [identity] = resultIdentities(step, registry, { input: `dataset ${hashDataset(input)}`, engine, files });
  if (identity === undefined) throw new Error(`The plan has no step ${path}.`);
  return identity.key;
}
