import { createHash } from 'node:crypto';
import { toFailure, type Preview } from '@rondel/contracts';
import type { PreviewFacts, PreviewPlane, StepContext } from '@rondel/reco';
import type { ArtifactStore } from '@rondel/store';
import { previewPicture } from './preview-picture.js';

/** Previews follow each other at this distance at least. */
const shortestDistanceMs = 1000;
/** Drawing that takes long makes them rarer, to this share of the time ... */
const largestShare = 0.03;
/** ... but never rarer than this: a picture that is old shows another image than the progress beside it tells of. */
const longestDistanceMs = 1500;

export interface PreviewOptions {
  readonly job: string;
  readonly store: Pick<ArtifactStore, 'putPreview'>;
  /** Hears of every picture that lies in the store. */
  readonly onPreview: (preview: Preview) => void;
  readonly onLog: (level: 'warn', message: string) => void;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

/** The previews of one run. */
export interface Previews {
  /** For the steps. Draws, stores and tells at a bounded rate; storing goes on beside the computation. */
  readonly offer: StepContext['preview'];
  /** Resolves when nothing is being stored any more. */
  settled(): Promise<void>;
}

/**
 * A preview is worth less than the image: one that can't be stored is the last of its run, with a warning in the job's
 * log. What `draw` throws is the step's own failure.
 */
export function openPreviews(options: PreviewOptions): Previews {
  const now = options.now ?? (() => performance.now());
  let due = 0;
  let storing: Promise<void> | undefined;
  let given = true;

  const store = async (picture: Uint8Array, facts: Omit<Preview, 'sha256'>): Promise<void> => {
    try {
      await options.store.putPreview(options.job, picture);
      options.onPreview({ sha256: createHash('sha256').update(picture).digest('hex'), ...facts });
    } catch (error) {
      given = false;
      options.onLog('warn', `There are no more previews: ${toFailure(error).message}`);
    } finally {
      storing = undefined;
    }
  };
  return {
    offer(facts, draw) {
      const started = now();
      if (!given || storing !== undefined || started < due) return;
      const plane = draw();
      const picture = previewPicture(plane);
      const ended = now();
      const pause = (ended - started) / largestShare;
      due = started + Math.min(longestDistanceMs, Math.max(shortestDistanceMs, pause));
      storing = store(picture, placed(facts, plane));
    },
    settled: async () => storing,
  };
}

function placed({ iteration, iterations, residual }: PreviewFacts, { frame, slice }: PreviewPlane) {
  return { iteration, iterations, frame, slice, ...(residual !== undefined && { residual }) };
}
