import { open, readdir } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { RondelError, toFailure } from '@rondel/contracts';
import { parsePlan, planLimits } from '@rondel/plan';
import type { BuiltInPlan } from './package.js';

/** Plans of all folders together. */
const mostPlans = 1000;
/** Folders within folders; the names of both are parts of the plan's. */
const deepest = 4;
const plainName = /^[\w+-][\w.+-]*$/;

/**
 * Folders whose `.toml` files are plans by name: `RONDEL_PLAN_DIRS`, then `MPIRECO_PLAN_DIRS`, each separated as `PATH` is. Of
 * two plans of one name, that of the folder that is named first counts.
 */
export function namedPlanFolders(environment: Readonly<Record<string, string | undefined>>): string[] {
  return ['RONDEL_PLAN_DIRS', 'MPIRECO_PLAN_DIRS'].flatMap((name) =>
    (environment[name] ?? '').split(delimiter).filter((folder) => folder.trim() !== ''),
  );
}

/**
 * Plans of folders, `lab/head` for `lab/head.toml` in one of them; hidden files and those of other kinds are passed over.
 *
 * Throws `INVALID_REQUEST` for a folder that cannot be read, a file that is no plan, and for too many of them.
 */
export async function loadPlans(folders: readonly string[]): Promise<BuiltInPlan[]> {
  const plans = new Map<string, BuiltInPlan>();
  for (const folder of folders) {
    for (const name of await planNames(resolve(folder), '', 0)) {
      if (plans.has(name)) continue;
      if (plans.size >= mostPlans) throw refused(folder, `there are more than ${mostPlans} plans`);
      plans.set(name, await readPlan(resolve(folder), name));
    }
  }
  return [...plans.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

async function planNames(root: string, below: string, depth: number): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((error: unknown) => {
    throw refused(join(root, below), toFailure(error).message, error);
  });
  const names: string[] = [];
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const stem = entry.name.replace(/\.toml$/, '');
    if (!plainName.test(stem)) continue;
    if (entry.isDirectory() && depth < deepest) names.push(...(await planNames(root, path, depth + 1)));
    else if (!entry.isDirectory() && stem !== entry.name) names.push(path.replace(/\.toml$/, ''));
    if (names.length > mostPlans) throw refused(root, `there are more than ${mostPlans} plans`);
  }
  return names;
}

async function readPlan(root: string, name: string): Promise<BuiltInPlan> {
  const path = join(root, `${name}.toml`);
  try {
    const toml = await readBounded(path);
    parsePlan(toml, { format: 'toml' });
    const [, comment] = /^#+ *(\S[^\n]{0,299})/.exec(toml) ?? [];
    return { name, description: comment?.trim() ?? `${name}.toml of the folders of plans.`, toml };
  } catch (error) {
    throw refused(path, toFailure(error).message, error);
  }
}

async function readBounded(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > planLimits.textLength) {
      throw new RondelError('PLAN_SYNTAX', `it has ${size} bytes; a plan has at most ${planLimits.textLength}.`);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function refused(path: string, reason: string, cause?: unknown): RondelError {
  return new RondelError(
    'INVALID_REQUEST',
    `Plans cannot be taken from ${path} (--plan-dir, RONDEL_PLAN_DIRS or MPIRECO_PLAN_DIRS): ${reason}`,
    { cause },
  );
}
