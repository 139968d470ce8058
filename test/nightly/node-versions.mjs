import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Installs the latest Node.js of a major version from npm, where each platform's program is a package of its own, and
 * returns the folder that it lies in.
 */
export function installNode(major) {
  const folder = mkdtempSync(join(tmpdir(), `rondel-node-${major}-`));
  const name = `node-${process.platform}-${process.arch}`;
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', `${name}@${major}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(folder, 'node_modules', name, 'bin');
}
