import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { env } from '@tensorflow/tfjs-core';
import { chosenCard } from './nvidia-card.js';
import { engineUnavailable, type Unavailability } from './engine-unavailable.js';

const packageName = '@tensorflow/tfjs-node-gpu';
const folderVariable = 'RONDEL_TENSORFLOW_DIR';

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
export function restoreUtilFunctions(nodeUtil: unknown): void {
  if (typeof nodeUtil !== 'object' || nodeUtil === null) return;
  for (const [key, value] of Object.entries(typeTests)) {
    if (!(key in nodeUtil)) Object.defineProperty(nodeUtil, key, { value, configurable: true });
  }
}

/**
 * What TensorFlow and CUDA read from the environment when they are loaded. They use one card, take its memory as they
 * need it instead of all at once, multiply matrices in float32 (TensorFloat-32 would keep three digits), sum in the same
 * order every time, and keep their notes to themselves.
 */
export function tensorflowSettings(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return {
    CUDA_DEVICE_ORDER: environment.CUDA_DEVICE_ORDER ?? 'PCI_BUS_ID',
    CUDA_VISIBLE_DEVICES: chosenCard(environment.CUDA_VISIBLE_DEVICES),
    NVIDIA_TF32_OVERRIDE: '0',
    TF_DETERMINISTIC_OPS: '1',
    TF_USE_DETERMINISTIC_SEGMENT_REDUCTIONS: '1',
    TF_FORCE_GPU_ALLOW_GROWTH: environment.TF_FORCE_GPU_ALLOW_GROWTH ?? 'true',
    TF_CPP_MIN_LOG_LEVEL: environment.TF_CPP_MIN_LOG_LEVEL ?? '1',
  };
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function notInstalled(folder: string | undefined): Unavailability {
  if (folder !== undefined) {
    return {
      reason: `${folderVariable} names ${folder}, which holds no ${packageName}`,
      nextStep: `Build it with "node infra/tensorflow/build.mjs --variant cuda --prefix ${folder}".`,
    };
  }
  return {
    reason: `the optional package ${packageName} is not installed`,
    nextStep: `Build it with "node infra/tensorflow/build.mjs --variant cuda --prefix DIR" and set ${folderVariable}=DIR.`,
  };
}

/** What a failure to load the package means; `folder` is the one of RONDEL_TENSORFLOW_DIR. */
export function explainLoadFailure(error: unknown, folder?: string): Unavailability {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  if (errorCode(error).endsWith('MODULE_NOT_FOUND') && message.includes(packageName)) return notInstalled(folder);
  if (errorCode(error) === 'ERR_DLOPEN_FAILED') {
    return {
      reason: `the native part of ${packageName} cannot be loaded (${message})`,
      nextStep: 'Build it anew with infra/tensorflow/build.mjs, or put the library it names on LD_LIBRARY_PATH.',
    };
  }
  if (message.includes('tfjs_binding.node') || message.includes('native addon module')) {
    return {
      reason: `the native addon of ${packageName} is missing (${message})`,
      nextStep: `Build it with infra/tensorflow/build.mjs and set ${folderVariable}.`,
    };
  }
  return {
    reason: `${packageName} fails while it loads (${message})`,
    nextStep: `Build version 4.22.0 of it with infra/tensorflow/build.mjs and set ${folderVariable}.`,
  };
}

/** The package has a tfjs-core of its own; it and ours share one state and would warn that they set it up twice. */
function withoutPlatformWarning(load: () => void): void {
  const flags = env();
  const before = flags.getBool('PROD');
  flags.set('PROD', true);
  try {
    load();
  } finally {
    flags.set('PROD', before);
  }
}

interface TensorflowPackage {
  /** Loads it, which registers tfjs' backend `tensorflow`. Throws ENGINE_UNAVAILABLE. */
  load(): void;
}

/**
 * Finds tfjs-node-gpu in the folder of RONDEL_TENSORFLOW_DIR, else among the installed packages. Nothing is loaded yet.
 * Throws ENGINE_UNAVAILABLE.
 */
export function findTensorflowPackage(environment: NodeJS.ProcessEnv): TensorflowPackage {
  const folder = environment[folderVariable] || undefined;
  const require = createRequire(import.meta.url);
  const explained = <T>(attempt: () => T): T => {
    try {
      return attempt();
    } catch (error) {
      throw engineUnavailable('tensorflow', explainLoadFailure(error, folder), error);
    }
  };
  const specifier = folder === undefined ? packageName : join(resolve(folder), 'node_modules', packageName);
  const entry = explained(() => require.resolve(specifier));
  return {
    load: () => {
      restoreUtilFunctions(require('node:util'));
      Object.assign(process.env, tensorflowSettings(environment));
      explained(() => withoutPlatformWarning(() => void require(entry)));
    },
  };
}
