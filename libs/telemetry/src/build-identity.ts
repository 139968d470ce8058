import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Which build a process runs. */
export interface BuildIdentity {
  readonly version: string;
  /** 12 digits; `unknown` where neither `RONDEL_COMMIT` nor a checkout tells it. */
  readonly commit: string;
}

const here = dirname(fileURLToPath(import.meta.url));
const digits = 12;
let known: BuildIdentity | undefined;

/**
 * The version of this package, and the commit that an image was built from (`RONDEL_COMMIT`) or that was checked out when
 * the process asked first.
 */
export function buildIdentity(): BuildIdentity {
  known ??= readBuildIdentity(here, process.env);
  return known;
}

export function readBuildIdentity(folder: string, { RONDEL_COMMIT: named }: NodeJS.ProcessEnv): BuildIdentity {
  const checkout = above(folder, '.git');
  const commit = named?.trim() || (checkout === undefined ? undefined : checkedOut(checkout));
  return { version: versionOf(folder), commit: commit?.slice(0, digits) ?? 'unknown' };
}

function versionOf(folder: string): string {
  const path = above(folder, 'package.json');
  const facts: unknown = path === undefined ? undefined : JSON.parse(readFileSync(path, 'utf8'));
  return typeof facts === 'object' && facts !== null && 'version' in facts ? String(facts.version) : 'unknown';
}

/** The nearest file or folder of this name in the folder or above it. */
function above(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : above(dirname(folder), name);
}

/** As git would say it, which need not be installed (gitrepository-layout(5)). */
function checkedOut(git: string): string | undefined {
  const folder = statSync(git).isDirectory() ? git : resolve(dirname(git), named(textOf(git), 'gitdir: ') ?? '');
  const head = textOf(join(folder, 'HEAD'));
  const reference = named(head, 'ref: ');
  if (reference === undefined) return commitIn(head);
  const common = resolve(folder, textOf(join(folder, 'commondir')) ?? '.');
  const packed = textOf(join(common, 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${reference}`));
  return commitIn(textOf(join(common, reference))) ?? commitIn(packed?.split(' ')[0]);
}

function named(text: string | undefined, prefix: string): string | undefined {
  return text?.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

function commitIn(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f]{40,64}$/.test(text) ? text : undefined;
}

/** Undefined for a file that is not there, or not for this user. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
