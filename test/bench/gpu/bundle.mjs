// Makes a folder and an archive of it that compare the engines webgpu and wasm on any Linux x64 machine with a GPU:
// Node.js, Dawn, tfjs and our build, nothing to install. It measures tensorflow too where RONDEL_TENSORFLOW_DIR names it. Then runs it here, which says why where there is no GPU.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { chmod, cp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { closureOf, copyPackage } from './packages.mjs';

const folderName = 'rondel-bench-gpu';
const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '..', '..', '..');
const noGpu = 3;

/** What the program imports; the last two are optional to @rondel/compute, not here. */
const imported = [
  '@rondel/compute',
  '@rondel/least-squares',
  '@rondel/plan',
  '@rondel/radon',
  '@rondel/reco',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-webgpu',
  'webgpu',
];
const programs = ['machine.mjs', 'statistics.mjs', 'gpu/bench.mjs', 'gpu/cases.mjs', 'gpu/kernel-cases.mjs'];
const librariesOfNode = ['libstdc++.so.6', 'libgcc_s.so.1'];

class Refusal extends Error {}

function run(command, parameters, options = {}) {
  const { status, error, stderr } = spawnSync(command, parameters, { encoding: 'utf8', ...options });
  if (error?.code === 'ENOENT') throw new Refusal(`${command} is not on the PATH: install it, or use --level none`);
  if (status !== 0) throw new Refusal(`${command} failed: ${error?.message ?? stderr.trim()}`);
}

function requirePortableNode() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Refusal(
      `the bundle is for Linux on x64 and takes Node.js from here, this is ${process.platform}-${process.arch}`,
    );
  }
  const shared = Object.entries(process.config.variables).find(
    ([key, value]) => key.startsWith('node_shared') && value === true,
  );
  if (shared === undefined) return;
  throw new Refusal(
    `this Node.js needs libraries of its system (${shared[0]}): use one from nodejs.org, which does not`,
  );
}

/** The files that this process has loaded under the names of some libraries. */
function loadedLibraries(names) {
  const loaded = process.report.getReport().sharedObjects;
  return names.flatMap((name) => loaded.filter((path) => path.endsWith(`/${name}`)).slice(0, 1));
}

async function fill(folder) {
  await rm(folder, { recursive: true, force: true });
  for (const part of ['bin', 'lib', 'bench/gpu']) await mkdir(join(folder, part), { recursive: true });
  await cp(realpathSync(process.execPath), join(folder, 'bin', 'node'));
  for (const library of loadedLibraries(librariesOfNode)) {
    await cp(realpathSync(library), join(folder, 'lib', library.split('/').at(-1)));
  }
  for (const program of programs) await cp(join(here, '..', program), join(folder, 'bench', program));
  for (const [name, source] of closureOf(imported, here)) {
    await copyPackage(name, source, join(folder, 'node_modules', name));
  }
  await cp(join(here, 'run.sh'), join(folder, 'run'));
  await chmod(join(folder, 'run'), 0o755);
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
}

/** @param level Of xz, 0 to 9, or `none`. */
function pack(folder, level) {
  const archive = `${folder}.tar${level === 'none' ? '' : '.xz'}`;
  const compression = level === 'none' ? [] : ['--use-compress-program', `xz -T0 -${level}`];
  run('tar', ['--create', '--file', archive, '--directory', dirname(folder), ...compression, folderName]);
  return archive;
}

async function main() {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: join(root, 'test', 'dist', 'bench-gpu') },
      level: { type: 'string', default: '6' },
      'build-only': { type: 'boolean', default: false },
    },
  });
  if (!/^([0-9]|none)$/.test(values.level)) throw new Refusal(`--level must be 0 to 9 or none, got ${values.level}`);
  requirePortableNode();
  if (!existsSync(join(root, 'libs/radon/dist/steps.js')))
    throw new Refusal('the packages are not built: run npm run build');
  const folder = join(resolve(values.out), folderName);
  await fill(folder);
  const archive = pack(folder, values.level);
  const mebibytes = ((await stat(archive)).size / 2 ** 20).toFixed(1);
  console.log(
    `${archive} (${mebibytes} MiB). On a Linux x64 machine with a GPU, its Vulkan driver and libvulkan.so.1:`,
  );
  console.log(`  tar -xf ${folderName}.tar${values.level === 'none' ? '' : '.xz'} && ${folderName}/run\n`);
  if (values['build-only']) return;
  const { status } = spawnSync(join(folder, 'run'), [], { stdio: 'inherit' });
  if (status !== noGpu) process.exitCode = status ?? 1;
}

main().catch((error) => {
  if (!(error instanceof Refusal)) throw error;
  console.error(`No bundle: ${error.message}.`);
  process.exitCode = 2;
});
