import type { Jobs, SessionLimits } from '@rondel/jobs';
import { defineAlgorithm, defineStep, optional, type PackageManifest } from '@rondel/reco';
import { Type } from '@rondel/contracts/schema';
import { openTestApi } from './test-api.js';

const axes = ['frame', 'slice', 'y', 'x'];

/** A package whose step takes an array of any length. */
export const weightsManifest: PackageManifest = {
  name: '@lab/weights',
  version: '1.0.0',
  module: 'LabWeights',
  description: 'Weights for every value.',
  nodes: [
    defineAlgorithm({ type: 'WeightAlgorithm', description: 'Applies weights.', accepts: ['WeightParameters'] }),
    defineStep({
      type: 'WeightParameters',
      description: 'Multiplies by weights.',
      input: axes,
      output: axes,
      parallel: [],
      purity: 'pure',
      properties: {
        weights: optional(Type.Array(Type.Number()), { description: 'One per value.' }),
        scale: optional(Type.Number(), { description: 'For all.' }),
      },
      estimateBytes: () => 0,
    }),
  ],
  plans: [],
};

export interface PlanApi {
  readonly url: string;
  readonly jobs: Jobs;
  /** One call; the body is sent as JSON and the answer read as JSON. */
  call<T = unknown>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
  /** Characters of the answer. */
  readonly length: number;
}

/** One API process over a Redis, listening on loopback. */
export async function startPlanApi(redisUrl: string, sessions?: SessionLimits): Promise<PlanApi> {
  const { app, jobs, close } = await openTestApi(redisUrl, { sessions, packages: [weightsManifest] });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    jobs,
    async call<T>(method: string, path: string, { body, headers = {} }: CallOptions = {}): Promise<Answer<T>> {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const json = answer.headers.get('content-type')?.includes('json') === true;
      const parsed = (json ? JSON.parse(text) : text) as T;
      return { status: answer.status, headers: answer.headers, body: parsed, length: text.length };
    },
    close,
  };
}
