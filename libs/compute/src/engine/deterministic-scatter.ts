import { RondelError } from '@rondel/contracts';
import {
  getKernelsForBackend,
  registerKernel,
  reshape,
  ScatterNd,
  Tensor,
  tidy,
  unregisterKernel,
  unsortedSegmentSum,
  type KernelConfig,
  type KernelFunc,
  type Rank,
} from '@tensorflow/tfjs-core';

/** Scatters along the first axis as a sum over segments; undefined where the indices address more than one axis. */
function segmentSum({ inputs, attrs }: Parameters<KernelFunc>[0]): Tensor | undefined {
  const { indices, updates } = inputs;
  const shape: unknown = attrs?.shape;
  const [count = 0, depth, ...more] = indices?.shape ?? [];
  if (!(indices instanceof Tensor) || !(updates instanceof Tensor) || !Array.isArray(shape)) return undefined;
  const segments: unknown = shape[0];
  if (depth !== 1 || more.length > 0 || typeof segments !== 'number') return undefined;
  return tidy(() => unsortedSegmentSum(updates, reshape<Rank.R1>(indices, [count]), segments));
}

/**
 * Makes `scatterND` add in the same order every time. On a GPU TensorFlow's own scatters with atomic additions or, where
 * determinism is demanded, on the host; its sums over segments have a deterministic GPU kernel, which sorts. Returns
 * what takes the change back.
 */
export function makeScatterDeterministic(backendName: string): () => void {
  const original = getKernelsForBackend(backendName).find(({ kernelName }) => kernelName === ScatterNd);
  if (original === undefined)
    throw new RondelError('INTERNAL', `the backend ${backendName} has no kernel ${ScatterNd}`);
  const replace = (kernel: KernelConfig): void => {
    unregisterKernel(ScatterNd, backendName);
    registerKernel(kernel);
  };
  replace({ ...original, kernelFunc: (call) => segmentSum(call) ?? original.kernelFunc(call) });
  return () => {
    replace(original);
  };
}
