import { scalar, tidy } from '@tensorflow/tfjs-core';

/**
 * How many tensors this process has made so far: whoever has not made any meanwhile has not computed on the engine. An engine must
 * be open.
 */
export function tensorsMade(): number {
  return tidy(() => scalar(0).id);
}
