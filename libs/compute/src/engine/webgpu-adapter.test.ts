import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openEngine } from './open-engine.js';
import { declaredVulkanDrivers, vulkanLoaderProblem } from './vulkan-drivers.js';
import { explainDawnFailure } from './webgpu-adapter.js';

afterEach(() => vi.unstubAllEnvs());

describe.skipIf(process.platform !== 'linux')('the engine webgpu', () => {
  it('says that no Vulkan driver is installed, and what to install', async () => {
    vi.stubEnv('VK_DRIVER_FILES', '');
    await expect(openEngine('webgpu')).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/no Vulkan driver is installed .* libvulkan1/) as string,
    });
  });

  it('says that the drivers it was pointed at bring no device, or that nothing loads them', async () => {
    vi.stubEnv('VK_DRIVER_FILES', join(tmpdir(), 'no-such-driver.json'));
    const reason = vulkanLoaderProblem() ?? 'Dawn finds no usable device with vulkan';
    await expect(openEngine('webgpu')).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('tells a library that is missing from one that can be loaded', () => {
    expect(vulkanLoaderProblem('libno-such-thing.so.1')).toContain('libno-such-thing.so.1: cannot open shared object');
    expect(vulkanLoaderProblem('libm.so.6')).toBeUndefined();
  });
});

describe('the Vulkan drivers of an environment', () => {
  it('are the manifests in the folders of the loader', () => {
    const home = mkdtempSync(join(tmpdir(), 'rondel-vulkan-'));
    mkdirSync(join(home, 'vulkan', 'icd.d'), { recursive: true });
    writeFileSync(join(home, 'vulkan', 'icd.d', 'card.json'), '{}');
    writeFileSync(join(home, 'vulkan', 'icd.d', 'notes.txt'), '');
    const elsewhere = { XDG_CONFIG_HOME: join(home, 'none'), XDG_CONFIG_DIRS: home, XDG_DATA_HOME: join(home, 'none') };
    expect(declaredVulkanDrivers({ ...elsewhere, XDG_DATA_DIRS: join(home, 'none') })).toContain('card.json');
  });

  it('are those that VK_DRIVER_FILES lists, if it is set', () => {
    expect(declaredVulkanDrivers({ VK_DRIVER_FILES: '/a.json:/b.json' })).toEqual(['/a.json', '/b.json']);
    expect(declaredVulkanDrivers({ VK_DRIVER_FILES: '' })).toEqual([]);
  });
});

describe('a failure to load Dawn', () => {
  it.each([
    [Object.assign(new Error("Cannot find package 'webgpu'"), { code: 'ERR_MODULE_NOT_FOUND' }), 'is not installed'],
    [new Error('GLIBC_2.38 not found'), 'cannot be loaded (GLIBC_2.38 not found)'],
  ])('is explained: %s', (error, reason) => {
    expect(explainDawnFailure(error).reason).toContain(reason);
  });
});
