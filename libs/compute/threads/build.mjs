// Compiles the AssemblyScript of every kernel, src/kernels/*/assembly/*.ts, to dist/kernels/*.wasm. What several modules
// include lies in assembly/shared. Modules newer than all of that are left alone, those without a source removed.
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const build = fileURLToPath(import.meta.url);
const root = path.dirname(path.dirname(build));
const target = path.join(root, 'dist/kernels');

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

/** Files below a folder whose path from there fits, in the order of their names. */
async function found(folder, pattern) {
  const names = await readdir(folder, { recursive: true });
  const fitting = names.filter((name) => pattern.test(name.split(path.sep).join('/')));
  return fitting.sort().map((name) => path.join(folder, name));
}

async function compile(source, newestShared) {
  const output = path.join(target, `${path.basename(source, '.ts')}.wasm`);
  if ((await modified(output)) > Math.max(await modified(source), newestShared)) return output;
  const { error, stderr } = await asc.main([source, '-o', output, ...flags, ...memory]);
  if (error) throw new Error(`${path.relative(root, source)} does not compile:\n${stderr.toString()}`);
  process.stdout.write(`compiled ${path.relative(process.cwd(), output)}\n`);
  return output;
}

await mkdir(target, { recursive: true });
const kernels = path.join(root, 'src/kernels');
const shared = [build, ...(await found(kernels, /^[^/]+\/assembly\/shared\/[^/]+\.ts$/))];
const newestShared = Math.max(...(await Promise.all(shared.map(modified))));
const made = new Set();
for (const source of await found(kernels, /^[^/]+\/assembly\/[^/]+\.ts$/)) {
  const output = await compile(source, newestShared);
  if (made.has(output)) throw new Error(`${path.relative(root, source)}: another kernel has a module of that name`);
  made.add(output);
}
for (const old of await found(target, /^[^/]+\.wasm$/)) if (!made.has(old)) await rm(old);
