import type { AlgorithmSubmission, Ticket } from '@rondel/contracts';
import {
  createAlgorithm,
  openAlgorithm,
  type Reconstructed,
  type RepeatableOptions,
  type WarmAlgorithm,
} from '../algorithm.js';
import { jobCalls } from '../client.js';
import type { CallOptions } from '../call-options.js';
import type { Connection } from '../connection.js';
import { imageOf, type Image } from './image.js';
import { referenceTo, type ReconstructionData } from './reconstruct.js';

/** The image of one input; `job` is the id of its job. */
export type ReconstructedImage = Reconstructed & Omit<Image, 'job'>;

/** A warm algorithm that takes arrays and files and gives images; what is no reference is uploaded first, once. */
export interface LiveAlgorithm extends WarmAlgorithm {
  /** Gives it an input; resolves when the data are there. */
  put(data: ReconstructionData, options?: RepeatableOptions): Promise<Ticket>;
  /** As `put`, of an input whose result is for whoever waits for its job. */
  putOwn(data: ReconstructionData, options?: RepeatableOptions): Promise<Ticket>;
  /** Gives it an input and waits for the image of this very one, whatever others have put before. Throws what made it fail. */
  reconstruct(data: ReconstructionData, options?: RepeatableOptions): Promise<ReconstructedImage>;
}

export async function createLiveAlgorithm(
  connection: Connection,
  submission: AlgorithmSubmission,
  options?: RepeatableOptions,
): Promise<LiveAlgorithm> {
  return live(connection, await createAlgorithm(connection, submission, options));
}

export function openLiveAlgorithm(connection: Connection, id: string): LiveAlgorithm {
  return live(connection, openAlgorithm(connection, id));
}

function live(connection: Connection, algorithm: WarmAlgorithm): LiveAlgorithm {
  const stored = (data: ReconstructionData, { signal }: CallOptions = {}) => referenceTo(data, connection, { signal });
  return {
    ...algorithm,
    put: async (data, options) => algorithm.put(await stored(data, options), options),
    putOwn: async (data, options) => algorithm.putOwn(await stored(data, options), options),
    async reconstruct(data, options) {
      const made = await algorithm.reconstruct(await stored(data, options), options);
      const { job: find, result: fetchResult } = jobCalls(connection);
      return { ...imageOf(await find(made.job), made.result, fetchResult), ...made };
    },
  };
}
