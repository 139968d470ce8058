import { batchFirstKernel } from './batch-axis/batch-first.js';
import { batchLastKernel } from './batch-axis/batch-last.js';
import { coneBackprojectKernel } from './cone/cone-backproject.js';
import { coneForwardKernel } from './cone/cone-forward.js';
import { fdkBackprojectKernel } from './cone/fdk-backproject.js';
import { fdkForwardKernel } from './cone/fdk-forward.js';
import { forEngines, type EngineKernel } from './engine-kernel.js';
import { filterSinogramKernel } from './filter-sinogram/filter-sinogram.js';
import { radonBackprojectKernel } from './radon-backproject/radon-backproject.js';
import { radonGridKernel } from './radon-grid/radon-grid.js';
import { radonForwardKernel } from './radon-forward/radon-forward.js';
import { rayBackprojectKernel } from './rays/ray-backproject.js';
import { rayForwardKernel } from './rays/ray-forward.js';

/** Every kernel of ours, by the name that TensorFlow.js has for it. */
export const kernels = {
  RadonForward: forEngines(radonForwardKernel),
  RadonBackproject: forEngines(radonBackprojectKernel),
  RadonGrid: forEngines(radonGridKernel),
  RayForward: forEngines(rayForwardKernel),
  RayBackproject: forEngines(rayBackprojectKernel),
  ConeForward: forEngines(coneForwardKernel),
  ConeBackproject: forEngines(coneBackprojectKernel),
  FdkForward: forEngines(fdkForwardKernel),
  FdkBackproject: forEngines(fdkBackprojectKernel),
  FilterSinogram: forEngines(filterSinogramKernel),
  BatchLast: forEngines(batchLastKernel),
  BatchFirst: forEngines(batchFirstKernel),
} as const satisfies Record<string, EngineKernel>;

/** Names of all kernels: every engine has each of them, as code of its own or composed of TensorFlow.js' operations. */
export const kernelNames: readonly string[] = Object.keys(kernels);
