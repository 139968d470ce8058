import { createRequire } from 'node:module';
import { totalmem } from 'node:os';
import { backend, setBackend, version_core } from '@tensorflow/tfjs-core';
import { registerComposedKernels } from '../kernels/register-kernels.js';
import type { Engine } from './engine.js';
import { unavailable, type Unavailability } from './unavailable.js';

const name = 'tensorflow';
const packageName: string = '@tensorflow/tfjs-node-gpu';

const typeTests: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: (value) => Array.isArray(value),
  isBoolean: (value) => typeof value === 'boolean',
  isFunction: (value) => typeof value === 'function',
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isNumber: (value) => typeof value === 'number',
  isObject: (value) => typeof value === 'object' && value !== null,
  isString: (value) => typeof value === 'string',
  isUndefined: (value) => value === undefined,
};

/** tfjs-node 4.22 calls functions of `node:util` that Node.js 23 removed. Those that are there stay as they are. */
function restoreUtilFunctions(): void {
  const nodeUtil: unknown = createRequire(import.meta.url)('node:util');
  if (typeof nodeUtil !== 'object' || nodeUtil === null) return;
  for (const [key, value] of Object.entries(typeTests)) {
    if (!(key in nodeUtil)) Object.defineProperty(nodeUtil, key, { value, configurable: true });
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What a failure to load the package means. */
export function explainLoadFailure(error: unknown): Unavailability {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  if (errorCode(error) === 'ERR_MODULE_NOT_FOUND' && message.includes(packageName)) {
    return {
      reason: `the optional package ${packageName} is not installed`,
      nextStep: `Install it with "npm install ${packageName}@4.22.0" where its download of libtensorflow is reachable.`,
    };
  }
  if (errorCode(error) === 'ERR_DLOPEN_FAILED') {
    return {
      reason: `the native part of ${packageName} cannot be loaded (${message})`,
      nextStep: 'Install the shared library it names (libtensorflow 2, CUDA and cuDNN) or put it on LD_LIBRARY_PATH.',
    };
  }
  if (message.includes('tfjs_binding.node') || message.includes('native addon module')) {
    return {
      reason: `the native addon of ${packageName} is missing (${message})`,
      nextStep: `Build it with "npm rebuild ${packageName} --build-addon-from-source".`,
    };
  }
  return {
    reason: `${packageName} fails while it loads (${message})`,
    nextStep: `Reinstall it with "npm install ${packageName}@4.22.0".`,
  };
}

async function loadPackage(): Promise<void> {
  restoreUtilFunctions();
  try {
    await import(packageName);
  } catch (error) {
    throw unavailable(name, explainLoadFailure(error), error);
  }
}

/** tfjs-node's backend knows whether TensorFlow gave it a GPU. */
function usesGpu(): boolean {
  return Reflect.get(backend(), 'isUsingGpuDevice') === true;
}

/**
 * Opens TensorFlow's native runtime; the domain kernels run as compositions of its ops. Throws ENGINE_UNAVAILABLE with
 * the exact reason, also when a GPU is demanded and TensorFlow found none.
 */
export async function openTensorflowEngine(demand: { readonly gpu: boolean }): Promise<Engine> {
  await loadPackage();
  if (!(await setBackend(name))) {
    throw unavailable(name, {
      reason: `${packageName} is loaded but registers no backend`,
      nextStep: 'See its output above, which names the cause.',
    });
  }
  const gpu = usesGpu();
  if (demand.gpu && !gpu) {
    throw unavailable(name, {
      reason: 'TensorFlow found no GPU',
      nextStep: 'Check the driver with nvidia-smi, or ask for the engine by name to use it on the CPU.',
    });
  }
  const unregister = registerComposedKernels(name);
  return {
    name,
    version: `tfjs ${version_core}`,
    device: gpu ? 'GPU by TensorFlow' : 'CPU by TensorFlow',
    memoryBytes: totalmem(),
    threads: 1,
    dispose: () => {
      unregister();
      return Promise.resolve();
    },
  };
}
