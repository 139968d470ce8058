import { batchFirstKernel } from './batch-axis/batch-first.js';
import { batchLastKernel } from './batch-axis/batch-last.js';
import { forEngines, type EngineKernel } from './engine-kernel.js';
import { filterSinogramKernel } from './filter-sinogram/filter-sinogram.js';
import { radonBackprojectKernel } from './radon-backproject/radon-backproject.js';
import { radonForwardKernel } from './radon-forward/radon-forward.js';
import { rayBackprojectKernel } from './rays/ray-backproject.js';
import { rayForwardKernel } from './rays/ray-forward.js';

/** Every kernel of ours, by the name that TensorFlow.js has for it. */
export const kernels = {
  RadonForward: forEngines(radonForwardKernel),
  RadonBackproject: forEngines(radonBackprojectKernel),
  RayForward: forEngines(rayForwardKernel),
  RayBackproject: forEngines(rayBackprojectKernel),
  FilterSinogram: forEngines(filterSinogramKernel),
  BatchLast: forEngines(batchLastKernel),
  BatchFirst: forEngines(batchFirstKernel),
} as const satisfies Record<string, EngineKernel>;
