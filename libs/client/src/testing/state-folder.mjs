// Plain JavaScript, so that the types of Node.js stay out of this browser-safe package.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export function makeStateFolder() {
  const path = mkdtempSync(join(tmpdir(), 'rondel-state-'));
  return {
    path,
    write(file, text) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
