// Compiles the kernel modules (AssemblyScript) to dist/kernels/*.wasm; modules newer than their source are left alone.
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const sources = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(sources, '../dist/kernels');

const flags = ['-O3', '--runtime', 'stub', '--noAssert', '--importMemory', '--sharedMemory'];
const memory = ['--initialMemory', '1', '--maximumMemory', '65536', '--enable', 'threads,simd'];

async function modified(file) {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (error.code === 'ENOENT') return 0;
    throw error;
  }
}

async function compile(name, newestInput) {
  const source = path.join(sources, `${name}.ts`);
  const output = path.join(target, `${name}.wasm`);
  if ((await modified(output)) > Math.max(await modified(source), newestInput)) return;
  const { error, stderr } = await asc.main([source, '-o', output, ...flags, ...memory]);
  if (error) throw new Error(`${name}.ts does not compile:\n${stderr.toString()}`);
  process.stdout.write(`compiled ${path.relative(process.cwd(), output)}\n`);
}

await mkdir(target, { recursive: true });
const shared = [fileURLToPath(import.meta.url), path.join(sources, 'projection-block.ts')];
const newestInput = Math.max(...(await Promise.all(shared.map(modified))));
for (const name of ['arrange', 'radon', 'slice', 'transpose']) await compile(name, newestInput);
