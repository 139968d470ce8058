import { availableParallelism } from 'node:os';
import { env } from '@tensorflow/tfjs-core';

const flag = 'RONDEL_PROCESSOR_THREADS';

/** As many as kernels of ours are written for. */
export const mostThreads = 64;

/** What an engine that was opened with so many threads leaves to whatever computes on the processor beside it. */
export function setProcessorThreads(threads: number): void {
  env().set(flag, threads);
}

/** Threads that may compute on the processor: those of the open engine, or as many as the process may run at once. */
export function processorThreads(): number {
  return env().getNumber(flag);
}

env().registerFlag(flag, () => Math.min(mostThreads, availableParallelism()));
