import type { AlgorithmSubmission } from '@rondel/contracts';
import type { RepeatableOptions } from './algorithm.js';
import { clientOn, type Client } from './client.js';
import { openConnection, type ClientOptions } from './connection.js';
import { createLiveAlgorithm, openLiveAlgorithm, type LiveAlgorithm } from './live/live-algorithm.js';
import type { LivePlanSource, OpenLivePlan, OpenOptions } from './live/live-plan.js';
import { openLivePlan } from './live/open-live-plan.js';

/** The REST interface of a Rondel server, and live plans on it. */
export interface Rondel extends Client {
  /** Keeps an algorithm built on one worker, for input after input. */
  algorithm(submission: AlgorithmSubmission, options?: RepeatableOptions): Promise<LiveAlgorithm>;
  /** An algorithm that was opened before. Sends nothing yet. */
  openAlgorithm(id: string): LiveAlgorithm;
  /** Opens a plan on the server: a new session of a plan, or a session that exists. */
  readonly plan: OpenLivePlan;
}

/**
 * A client with live plans; `createClient` makes a smaller one without. Opens no connection yet.
 *
 * Throws `INVALID_REQUEST` when `url` is not an http(s) URL.
 */
export function connect(options: ClientOptions): Rondel {
  const connection = openConnection(options);
  return {
    ...clientOn(connection),
    algorithm: (submission, call) => createLiveAlgorithm(connection, submission, call),
    openAlgorithm: (id) => openLiveAlgorithm(connection, id),
    plan: <T extends object>(source: LivePlanSource, call?: OpenOptions) => openLivePlan<T>(connection, source, call),
  };
}
