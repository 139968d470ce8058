import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CatalogSchema, RondelError, toFailure } from '@rondel/contracts';
import { Check } from '@rondel/contracts/schema';
import { catalogOf } from './catalog.js';
import type { PackageManifest, ReconstructionPackage } from './package.js';

const entries = { manifest: './manifest', steps: './steps' } as const;
type Entry = keyof typeof entries;

/** `RONDEL_PACKAGES`: npm names or folders of reconstruction packages, separated by commas. */
export function namedPackages({ RONDEL_PACKAGES = '' }: Readonly<Record<string, string | undefined>>): string[] {
  return RONDEL_PACKAGES.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * Loads the manifests of packages: the default export of each one's entry `./manifest`. None of their compute code is
 * loaded.
 *
 * @param names npm names, looked for in `node_modules` from `folder` upwards, or paths of package folders.
 * Throws `INVALID_REQUEST` for a package that is not there, lacks the entry, does not load or exports something
 * else.
 */
export function loadManifests(names: readonly string[], folder: string): Promise<PackageManifest[]> {
  return Promise.all(
    names.map(async (name) => {
      const value = await loadEntry(name, 'manifest', folder);
      if (isManifest(value)) return value;
      throw unusable(name, 'the default export of its entry "./manifest" is no manifest, see `PackageManifest`.');
    }),
  );
}

/** Loads packages with the code of their steps: the default export of each one's entry `./steps`. Otherwise as `loadManifests`. */
export function loadPackages(names: readonly string[], folder: string): Promise<ReconstructionPackage[]> {
  return Promise.all(
    names.map(async (name) => {
      const value = await loadEntry(name, 'steps', folder);
      if (!isPackage(value)) {
        throw unusable(name, 'the default export of its entry "./steps" is no package: manifest and steps.');
      }
      const bare = stepsWithoutCode(value);
      if (bare.length === 0) return value;
      throw unusable(name, `its entry "./steps" brings no code for ${bare.join(', ')}.`);
    }),
  );
}

async function loadEntry(name: string, entry: Entry, folder: string): Promise<unknown> {
  const home = await packageFolder(name, folder);
  const target = await entryOf(name, entry, home);
  try {
    const module = (await import(pathToFileURL(join(home, target)).href)) as { readonly default?: unknown };
    return module.default;
  } catch (error) {
    throw unusable(name, `${target} does not load: ${toFailure(error).message}`, error);
  }
}

async function packageFolder(name: string, folder: string): Promise<string> {
  if (name.startsWith('.') || isAbsolute(name)) return resolve(folder, name);
  const places = createRequire(join(folder, 'package.json')).resolve.paths(name) ?? [];
  for (const place of places) {
    const home = join(place, name);
    if (await readable(join(home, 'package.json'))) return home;
  }
  throw unusable(
    name,
    `it is not installed in ${join(folder, 'node_modules')} or above it. A folder begins with "./" or "/".`,
  );
}

async function entryOf(name: string, entry: Entry, home: string): Promise<string> {
  const file = join(home, 'package.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unusable(name, `${file} cannot be read: ${toFailure(error).message}`, error);
  });
  const target = targetIn(parsed(name, file, text), entries[entry]);
  if (target === undefined) throw unusable(name, `${file} has no "${entries[entry]}" among its "exports".`);
  const inside = resolve(home, target);
  if (dirname(inside).startsWith(home)) return target;
  throw unusable(name, `its entry "${entries[entry]}" leads out of its folder.`);
}

function parsed(name: string, file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(name, `${file} is no JSON: ${toFailure(error).message}`, error);
  }
}

/** `"./manifest": "./dist/manifest.js"`, or the same below a condition. */
function targetIn(description: unknown, entry: string): string | undefined {
  const exported = fieldOf(fieldOf(description, 'exports'), entry);
  if (typeof exported === 'string') return exported;
  const conditional = ['node', 'import', 'default'].map((condition) => fieldOf(exported, condition));
  return conditional.find((target) => typeof target === 'string');
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** Whether the catalog can be made of it and its link functions be called, which is all that an API does with a manifest. */
function isManifest(value: unknown): value is PackageManifest {
  try {
    const functions = fieldOf(value, 'linkFunctions') ?? {};
    const callable =
      typeof functions === 'object' && Object.values(functions).every((one) => typeof one === 'function');
    return callable && Check(CatalogSchema, catalogOf([value as PackageManifest]));
  } catch (error) {
    // What has fields of other kinds than a manifest, or lacks them.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function isPackage(value: unknown): value is ReconstructionPackage {
  const steps = fieldOf(value, 'steps');
  return (
    isManifest(fieldOf(value, 'manifest')) &&
    Array.isArray(steps) &&
    steps.every((step) => typeof fieldOf(step, 'type') === 'string' && typeof fieldOf(step, 'create') === 'function')
  );
}

function stepsWithoutCode({ manifest, steps }: ReconstructionPackage): string[] {
  const written = new Set(steps.map(({ type }) => type));
  return manifest.nodes.filter(({ kind, type }) => kind === 'step' && !written.has(type)).map(({ type }) => type);
}

async function readable(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}

function unusable(name: string, reason: string, cause?: unknown): RondelError {
  return new RondelError('INVALID_REQUEST', `The reconstruction package ${name} cannot be used: ${reason}`, { cause });
}
