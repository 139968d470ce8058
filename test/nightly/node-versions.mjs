import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Installs the latest Node.js of a major version from npm, where each platform's program is a package of its own. Returns the
 * folder that it lies in, and how to remove it.
 */
export function installNode(major) {
  const folder = mkdtempSync(join(tmpdir(), `rondel-node-${major}-`));
  const name = `node-${process.platform}-${process.arch}`;
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', `${name}@${major}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return {
    folder: join(folder, 'node_modules', name, 'bin'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
