import { tensor3d, type Tensor3D } from '@tensorflow/tfjs-core';
import type { ParallelGeometry } from '../kernels/projection/parallel-geometry.js';
import { radonBackproject } from '../kernels/radon-backproject/radon-backproject.js';
import { radonGrid } from '../kernels/radon-grid/radon-grid.js';
import { radonForward } from '../kernels/radon-forward/radon-forward.js';

/** What is measured: slices of `size` x `size` pixels with as many bins and `angles` over half a turn. */
export interface ProjectorConditions {
  readonly size: number;
  readonly angles: number;
}

/** `grid` is the backprojection by a Fourier grid. */
export type Projector = 'backprojection' | 'forward projection' | 'grid';

/** A call that can be made again and again on the engine that is open. */
export interface ProjectorCall {
  /** Of a whole call, copies into and out of the engine's memory included. */
  seconds(): number;
  dispose(): void;
}

/**
 * Rates in G updates/s of one projector on slices at once: an update is one pixel x one angle with linear interpolation.
 */
export interface ProjectorRate {
  readonly projector: Projector;
  readonly slices: number;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export const projectors: readonly Projector[] = ['backprojection', 'forward projection'];

const calls = { backprojection: radonBackproject, 'forward projection': radonForward, grid: radonGrid } as const;

/** Prepares calls on random values; the first call is made here, as it fills caches and lets memories grow. */
export function openProjectorCall(
  projector: Projector,
  slices: number,
  { size, angles }: ProjectorConditions,
): ProjectorCall {
  const geometry: ParallelGeometry = {
    shape: [size, size],
    angles: Float64Array.from({ length: angles }, (_, index) => (index * Math.PI) / angles),
    detectors: size,
    center: size / 2,
  };
  const apply = calls[projector];
  const input = randomValues([projector === 'forward projection' ? size : angles, size, slices]);
  const seconds = () => {
    const start = performance.now();
    const output = apply(input, geometry);
    // On graphics cards nothing has been computed before it is read.
    output.dataSync();
    const ended = performance.now();
    output.dispose();
    return (ended - start) / 1000;
  };
  seconds();
  return { seconds, dispose: () => input.dispose() };
}

/** Rates of both projectors on one slice and on several, on the engine that is open. */
export function measureProjectors(
  conditions: ProjectorConditions,
  { slices, repetitions }: { readonly slices: readonly number[]; readonly repetitions: number },
): ProjectorRate[] {
  return projectors.flatMap((projector) =>
    slices.map((count) => {
      const call = openProjectorCall(projector, count, conditions);
      const seconds = Array.from({ length: repetitions }, () => call.seconds());
      call.dispose();
      return projectorRate({ projector, slices: count }, seconds, conditions);
    }),
  );
}

export function projectorRate(
  what: Pick<ProjectorRate, 'projector' | 'slices'>,
  seconds: readonly number[],
  { size, angles }: ProjectorConditions,
): ProjectorRate {
  const updates = (size * size * angles * what.slices) / 1e9;
  const rates = seconds.map((value) => updates / value).sort((a, b) => a - b);
  const [low = NaN, high = NaN] = [rates[Math.floor((rates.length - 1) / 2)], rates[Math.ceil((rates.length - 1) / 2)]];
  return { ...what, median: (low + high) / 2, least: rates.at(0) ?? NaN, most: rates.at(-1) ?? NaN };
}

function randomValues(shape: [number, number, number]): Tensor3D {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return tensor3d(
    Float32Array.from({ length }, () => Math.random()),
    shape,
  );
}
