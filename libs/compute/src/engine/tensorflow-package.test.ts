import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  explainLoadFailure,
  findTensorflowPackage,
  restoreUtilFunctions,
  tensorflowSettings,
} from './tensorflow-package.js';

function failure(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

describe('a failure to load TensorFlow', () => {
  it.each([
    [failure("Cannot find module '@tensorflow/tfjs-node-gpu'", 'MODULE_NOT_FOUND'), 'is not installed'],
    [failure("Cannot find module '@mapbox/node-pre-gyp'", 'MODULE_NOT_FOUND'), 'fails while it loads (Cannot find'],
    [failure('The Node.js native addon module (tfjs_binding.node) can not be found'), 'native addon'],
    [failure('libcudart.so.11.0: cannot open shared object file', 'ERR_DLOPEN_FAILED'), 'libcudart.so.11.0'],
    [failure('util_1.isNullOrUndefined is not a function'), 'fails while it loads (util_1.isNullOrUndefined'],
  ])('is explained: %s', (error, reason) => {
    expect(explainLoadFailure(error).reason).toContain(reason);
  });
});

describe('RONDEL_TENSORFLOW_DIR', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rondel-tensorflow-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function placePackage(source: string): Promise<void> {
    const path = join(folder, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'index.js'), source);
  }

  it('is refused by name when it holds no package, whatever is installed besides', () => {
    expect(() => findTensorflowPackage({ RONDEL_TENSORFLOW_DIR: folder })).toThrow(
      `RONDEL_TENSORFLOW_DIR names ${folder}, which holds no @tensorflow/tfjs-node-gpu`,
    );
  });

  it('is where the package is loaded from, and not before it is asked for', async () => {
    await placePackage('throw new Error(`loaded with growth ${process.env.TF_FORCE_GPU_ALLOW_GROWTH}`);');
    const found = findTensorflowPackage({ RONDEL_TENSORFLOW_DIR: folder });
    expect(() => {
      found.load();
    }).toThrow('loaded with growth true');
  });
});

describe('the settings of TensorFlow', () => {
  it('let memory grow, show one card, keep float32 and repeat sums bit for bit', () => {
    expect(tensorflowSettings({ CUDA_VISIBLE_DEVICES: '3,4' })).toEqual({
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      CUDA_VISIBLE_DEVICES: '3',
      NVIDIA_TF32_OVERRIDE: '0',
      TF_DETERMINISTIC_OPS: '1',
      TF_USE_DETERMINISTIC_SEGMENT_REDUCTIONS: '1',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      TF_CPP_MIN_LOG_LEVEL: '1',
    });
  });

  it("leave the user's own where results do not depend on them", () => {
    const own = { TF_FORCE_GPU_ALLOW_GROWTH: 'false', TF_CPP_MIN_LOG_LEVEL: '0', CUDA_DEVICE_ORDER: 'FASTEST_FIRST' };
    expect(tensorflowSettings(own)).toMatchObject(own);
  });
});

describe('the functions that Node.js 23 removed from node:util', () => {
  it('are put back where they are missing and left alone where they are not', () => {
    const present = (): boolean => false;
    const nodeUtil: Record<string, unknown> = { isArray: present };
    restoreUtilFunctions(nodeUtil);
    const { isArray, isNullOrUndefined } = nodeUtil;
    expect(isArray).toBe(present);
    expect(isNullOrUndefined).toSatisfy(
      (test: (value: unknown) => boolean) => test(null) && test(undefined) && !test(0),
    );
  });
});
