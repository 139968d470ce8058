import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lies inside node_modules, so that it goes when they go. */
const stampName = '.rondel-install.json';

/**
 * Why packages have to be installed, nothing when node_modules holds what package-lock.json asks for.
 *
 * The stamp answers at once. Without a stamp of this lock file npm's own record of what it installed is compared, so
 * that an installation by hand is not repeated; an installation that was interrupted leaves no such record.
 */
export function installReason(root) {
  if (!existsSync(join(root, 'node_modules'))) return 'there is no node_modules folder';
  const lock = readText(join(root, 'package-lock.json'));
  if (lock === undefined) {
    return stampOf(root) === 'none' ? undefined : 'there is no package-lock.json';
  }
  if (stampOf(root) === hashOf(lock)) return undefined;
  const installed = readText(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return 'the last installation did not finish';
  return missingPackage(JSON.parse(lock), JSON.parse(installed));
}

/** Remembers that node_modules holds what package-lock.json asks for now. */
export function writeStamp(root) {
  const lock = readText(join(root, 'package-lock.json'));
  const stamp = { lock: lock === undefined ? 'none' : hashOf(lock) };
  writeFileSync(join(root, 'node_modules', stampName), `${JSON.stringify(stamp)}\n`);
}

/** The npm command that installs: from the lock file, or without one from the package.json files. */
export function installCommand(root) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  return [existsSync(join(root, 'package-lock.json')) ? 'ci' : 'install', ...quiet];
}

/** Optional packages are for other systems and may be absent. */
function missingPackage(lock, installed) {
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (!path.startsWith('node_modules/') || wanted.optional || wanted.devOptional || wanted.peer) continue;
    const present = installed.packages[path];
    if (present === undefined) return `${path} is missing`;
    if (present.version !== wanted.version) {
      return `${path} has version ${present.version} instead of ${wanted.version}`;
    }
  }
  return undefined;
}

function stampOf(root) {
  const text = readText(join(root, 'node_modules', stampName));
  return text === undefined ? undefined : JSON.parse(text).lock;
}

function hashOf(text) {
  return createHash('sha256').update(text).digest('hex');
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
