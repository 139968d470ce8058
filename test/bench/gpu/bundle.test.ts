import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernelNames } from '@rondel/compute';
import { softwareGpu } from '../../support/machine/software-gpu.js';

const bundler = fileURLToPath(new URL('bundle.mjs', import.meta.url));
const tiny = ['--size', '32', '--angles', '12', '--stack', '2', '--iterations', '2', '--repetitions', '1'];

interface Figures {
  readonly devices: readonly { readonly engine: string; readonly name: string; readonly driver?: string }[];
  readonly results: readonly {
    readonly engine: string;
    readonly kernel?: string;
    readonly name: string;
    readonly slices: number;
    readonly ratio: number;
    readonly error: number;
    readonly agrees: boolean;
    readonly failure?: string;
  }[];
}

/** Engines that compute on a processor here; tensorflow has to have been built. */
const tensorflow = process.env.RONDEL_TENSORFLOW_DIR;
const engines = ['webgpu', ...(tensorflow === undefined ? [] : ['tensorflow'])];

// The bundle takes along the Node.js of this machine, for machines of the same kind.
describe.skipIf(softwareGpu === undefined || process.arch !== 'x64')('the bundle that compares the engines', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rondel-bundle-'));
    const build = promisify(execFile);
    await build(process.execPath, [bundler, '--out', join(directory, 'built'), '--level', 'none', '--build-only']);
    await build('tar', ['-xf', join(directory, 'built', 'rondel-bench-gpu.tar'), '-C', directory]);
    await rm(join(directory, 'built'), { recursive: true });
  }, 120_000);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** Starts it as a machine would that has a shell and nothing else: no PATH, no HOME, no packages near. */
  function start(parameters: string[], environment: Readonly<Record<string, string>>) {
    const child = spawn('/bin/sh', [join(directory, 'rondel-bench-gpu', 'run'), ...parameters], {
      cwd: directory,
      env: environment,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output }));
    });
  }

  it('measures every kernel on every engine, on a machine that has nothing installed, and checks that they agree', async () => {
    const environment = { ...softwareGpu, ...(tensorflow === undefined ? {} : { RONDEL_TENSORFLOW_DIR: tensorflow }) };
    const { code, output } = await start(['--allow-software', ...tiny, '--json', 'figures.json'], environment);
    expect(code, output).toBe(0);
    expect(output).toContain('SwiftShader');
    if (tensorflow === undefined) expect(output).toContain('No tensorflow can be measured here');
    const { devices, results } = JSON.parse(await readFile(join(directory, 'figures.json'), 'utf8')) as Figures;
    expect(devices.map(({ engine }) => engine)).toEqual(engines);
    expect(devices[0]?.driver).toContain('SwiftShader');
    for (const engine of engines) {
      const ofEngine = results.filter((result) => result.engine === engine);
      const kernels = new Set(ofEngine.flatMap(({ kernel }) => kernel ?? []));
      expect([...kernels].sort()).toEqual([...kernelNames].sort());
      const plans = ofEngine.filter(({ kernel }) => kernel === undefined);
      expect(plans.map(({ name, slices }) => `${name}, ${slices}`)).toEqual(
        [1, 2].flatMap((slices) => [`radon/fbp, whole call, ${slices}`, `radon/iterative, one iteration, ${slices}`]),
      );
    }
    for (const { name, agrees, error, ratio, failure } of results) {
      expect([name, failure, agrees]).toEqual([name, undefined, true]);
      expect(error).toBeGreaterThanOrEqual(0);
      expect(ratio).toBeGreaterThan(0);
    }
  });

  it('says exactly why it measures nothing where there is no GPU, and exits with 3', async () => {
    const software = await start(tiny, { ...softwareGpu });
    expect(software.output).toContain('the only device is SwiftShader');
    const none = await start(tiny, { ...softwareGpu, VK_DRIVER_FILES: '' });
    expect(none.output).toContain('no Vulkan driver is installed');
    const tensorflow = await start([...tiny, '--engine', 'tensorflow', '--allow-software'], { ...softwareGpu });
    expect(tensorflow.output).toContain('No tensorflow can be measured here: the optional package');
    expect([software.code, none.code, tensorflow.code]).toEqual([3, 3, 3]);
  });
});
