import { stagingBytes } from '../../runtime/kernel-memory.js';
import type { KernelRuntime } from '../../runtime/kernel-runtime.js';

const half = stagingBytes / 2;
/** Bytes of one staged run: with its transposed copy it stays in the second-level cache. */
const runBytes = 1024 * 1024;

/** A matrix to be transposed: `batch` rows of `points`, or the reverse. */
interface BatchedPoints {
  readonly runtime: KernelRuntime;
  readonly batch: number;
  readonly points: number;
}

/**
 * An odd number of cache lines (16 values) where possible: rows a power of two apart would share a few cache sets.
 * One point of the largest batch, 2^20 slices, still fits into half of the staging area.
 */
function pointsPerRun(batch: number): number {
  const points = Math.floor(runBytes / (batch * 4));
  if (points < 16) return Math.max(1, points);
  return (Math.ceil(points / 32) * 2 - 1) * 16;
}

function* runsOfPoints({ batch, points }: BatchedPoints): Generator<{ begin: number; count: number }> {
  const most = pointsPerRun(batch);
  for (let begin = 0; begin < points; begin += most) yield { begin, count: Math.min(most, points - begin) };
}

function transposeStaged(runtime: KernelRuntime, rows: number, columns: number): void {
  const perTask = Math.ceil(columns / (4 * runtime.threads) / 16) * 16;
  const { staging } = runtime.memory;
  const parameters = [staging, staging + half, rows, columns, perTask];
  runtime.run({ kind: 'transposeColumns', parameters, tasks: Math.ceil(columns / perTask) });
}

/** [batch][point] -> [point][batch]. */
export function moveBatchLast(matrix: BatchedPoints, input: Float32Array, output: Float32Array): void {
  const { runtime, batch, points } = matrix;
  const { memory } = runtime;
  for (const { begin, count } of runsOfPoints(matrix)) {
    const staged = memory.float32(memory.staging, batch * count);
    for (let b = 0; b < batch; b++) {
      staged.set(input.subarray(b * points + begin, b * points + begin + count), b * count);
    }
    transposeStaged(runtime, batch, count);
    output.set(memory.float32(memory.staging + half, batch * count), begin * batch);
  }
}

/** [point][batch] -> [batch][point]. */
export function moveBatchFirst(matrix: BatchedPoints, input: Float32Array, output: Float32Array): void {
  const { runtime, batch, points } = matrix;
  const { memory } = runtime;
  for (const { begin, count } of runsOfPoints(matrix)) {
    memory.float32(memory.staging, batch * count).set(input.subarray(begin * batch, (begin + count) * batch));
    transposeStaged(runtime, count, batch);
    for (let b = 0; b < batch; b++) {
      output.set(memory.float32(memory.staging + half + b * count * 4, count), b * points + begin);
    }
  }
}
