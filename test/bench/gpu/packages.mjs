// The npm packages that a program needs when it runs, found as Node.js finds them, and the files of them that count.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';

/** Of these, most is for browsers. */
const wantedFiles = {
  '@tensorflow/tfjs-backend-cpu': /^dist\/tf-backend-cpu\.node\.js$/,
  '@tensorflow/tfjs-backend-wasm': /^dist\/(tf-backend-wasm\.node\.js|[^/]+\.wasm)$/,
  '@tensorflow/tfjs-backend-webgpu': /^dist\/tf-backend-webgpu\.node\.js$/,
  '@tensorflow/tfjs-core': /^dist\/tf-core\.node\.js$/,
  webgpu: /^(index\.js|dist\/linux-x64\/)/,
};
const ownFiles = /^(dist|threads)\/(?!.*\.test\.).*\.(js|mjs|wasm)$/;
const anyFiles = /\.(js|mjs|cjs|json|wasm|node)$/;
const always = /^(package\.json|licen[cs]e.*)$/i;
const typesOnly = /^@(types|webgpu)\//;

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** The folder of a package as seen from another one. */
function locate(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === dirname(folder)) throw new Error(`${name}, which ${from} needs, is not installed: run npm ci`);
  }
}

/** Name to folder of the named packages and all that they depend on. */
export function closureOf(names, from) {
  const found = new Map();
  const waiting = names.map((name) => ({ name, from }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = locate(next.name, next.from);
    const known = found.get(next.name);
    if (known !== undefined && known !== folder) {
      throw new Error(`${next.name} is needed in two versions (${known}, ${folder}), the bundle holds one of each`);
    }
    if (known !== undefined) continue;
    found.set(next.name, folder);
    const needed = Object.keys(manifestOf(folder).dependencies ?? {}).filter((name) => !typesOnly.test(name));
    waiting.push(...needed.map((name) => ({ name, from: folder })));
  }
  return found;
}

/** Copies what of a package Node.js can load into `target`. */
export async function copyPackage(name, folder, target) {
  const wanted = wantedFiles[name] ?? (name.startsWith('@rondel/') ? ownFiles : anyFiles);
  const isWanted = (path) => wanted.test(path) || (!path.includes('/') && always.test(path));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath ?? entry.path, entry.name))
      .split(sep)
      .join('/');
    if (entry.isDirectory() || path.startsWith('node_modules/') || !isWanted(path)) continue;
    await mkdir(dirname(join(target, path)), { recursive: true });
    await cp(join(folder, path), join(target, path));
  }
  if (!existsSync(join(target, 'package.json'))) throw new Error(`${basename(folder)} has no package.json`);
}
