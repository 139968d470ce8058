import { declaredVulkanDrivers, vulkanLoaderProblem } from './vulkan-drivers.js';
import { engineUnavailable, type Unavailability } from './engine-unavailable.js';

const name = 'webgpu';
const packageName: string = 'webgpu';

interface Dawn {
  create(options: string[]): GPU;
  /** The classes and constants that browsers have as globals. */
  readonly globals: object;
}

/** A device that Dawn can compute on. */
export interface FoundAdapter {
  readonly adapter: GPUAdapter;
  readonly info: GPUAdapterInfo;
  /** Computes on the processor: right, but slower than the engine wasm. */
  readonly software: boolean;
  readonly gpu: GPU;
}

function isDawn(module: unknown): module is Dawn {
  return typeof module === 'object' && module !== null && 'create' in module && 'globals' in module;
}

/** What a failure to load Dawn means. */
export function explainDawnFailure(error: unknown): Unavailability {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND') {
    return {
      reason: `an optional package is not installed (${message})`,
      nextStep: 'Install it with "npm install --include=optional".',
    };
  }
  return {
    reason: `the npm package ${packageName} (Dawn) cannot be loaded (${message})`,
    nextStep: `It has binaries for Linux with glibc, macOS and Windows on x64 and arm64; this is ${process.platform}-${process.arch}.`,
  };
}

async function loadDawn(): Promise<Dawn> {
  try {
    const dawn: unknown = await import(packageName);
    if (isDawn(dawn)) return dawn;
  } catch (error) {
    throw engineUnavailable(name, explainDawnFailure(error), error);
  }
  throw engineUnavailable(name, {
    reason: `the npm package ${packageName} exports no create() and globals`,
    nextStep: 'Install the version that package-lock.json names with npm ci.',
  });
}

function graphicsInterface(): string {
  if (process.platform === 'darwin') return 'metal';
  return process.platform === 'win32' ? 'd3d12' : 'vulkan';
}

/** Dawn prints a warning of its own where there is no driver at all, so that is found out before. */
function requireVulkanDriver(): void {
  if (graphicsInterface() !== 'vulkan' || declaredVulkanDrivers(process.env).length > 0) return;
  throw engineUnavailable(name, {
    reason: 'no Vulkan driver is installed (no manifest in vulkan/icd.d, and VK_DRIVER_FILES is not set)',
    nextStep: "Install the GPU's driver with its Vulkan part and the loader libvulkan1, or use the engine wasm.",
  });
}

function explainNoAdapter(backendName: string): Unavailability {
  const reason = `Dawn finds no usable device with ${backendName}`;
  if (backendName !== 'vulkan') return { reason, nextStep: "Update the GPU's driver." };
  const problem = vulkanLoaderProblem();
  if (problem !== undefined) {
    return {
      reason: `the Vulkan loader cannot be loaded (${problem})`,
      nextStep:
        'Install it (libvulkan1 on Debian and Ubuntu, vulkan-loader on Fedora), or name the folder that holds it in LD_LIBRARY_PATH.',
    };
  }
  return {
    reason,
    nextStep: 'Check that "vulkaninfo --summary" lists a device, and that this user may open /dev/dri or /dev/nvidia*.',
  };
}

function infoOf(adapter: GPUAdapter): GPUAdapterInfo {
  const info: unknown = Reflect.get(adapter, 'info');
  if (typeof info === 'object' && info !== null && 'description' in info) return info as GPUAdapterInfo;
  throw engineUnavailable(name, {
    reason: 'Dawn does not describe its adapter',
    nextStep: 'Install the version of the npm package webgpu that package-lock.json names with npm ci.',
  });
}

/** Dawn marks adapters of the type CPU as fallback; the names are for versions that do not. */
function isSoftware(adapter: GPUAdapter, info: GPUAdapterInfo): boolean {
  const marked = Reflect.get(info, 'isFallbackAdapter') === true || adapter.isFallbackAdapter;
  return marked || /swiftshader|llvmpipe|lavapipe|softpipe|warp/i.test(`${info.architecture} ${info.description}`);
}

/** Dawn's classes become globals, as tfjs expects to find them. Throws ENGINE_UNAVAILABLE with the exact reason. */
export async function findAdapter(): Promise<FoundAdapter> {
  requireVulkanDriver();
  const dawn = await loadDawn();
  for (const [key, value] of Object.entries(Object.getOwnPropertyDescriptors(dawn.globals))) {
    Object.defineProperty(globalThis, key, { ...value, configurable: true });
  }
  const backendName = graphicsInterface();
  const gpu = dawn.create([`backend=${backendName}`]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw engineUnavailable(name, explainNoAdapter(backendName));
  const info = infoOf(adapter);
  return { adapter, info, software: isSoftware(adapter, info), gpu };
}
