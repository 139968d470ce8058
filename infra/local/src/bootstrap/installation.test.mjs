import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installCommand, installReason, writeStamp } from './installation.mjs';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rondel-install-'));
});

afterEach(() => rmSync(root, { recursive: true }));

const lock = {
  packages: {
    '': { name: 'rondel' },
    'libs/plan': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/only-on-mac': { version: '1.0.0', optional: true },
  },
};

function write(path, content) {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(content));
}

test('a fresh checkout needs an installation from its lock file', () => {
  writeFileSync(join(root, 'package-lock.json'), '{}');
  expect(installReason(root)).toBe('there is no node_modules folder');
  expect(installCommand(root)[0]).toBe('ci');
});

test('the second run installs nothing', () => {
  write('package-lock.json', lock);
  writeStamp(root);
  expect(installReason(root)).toBeUndefined();
});

test('a lock file that asks for another version needs an installation', () => {
  write('package-lock.json', lock);
  write('node_modules/.package-lock.json', lock);
  writeStamp(root);
  write('package-lock.json', { packages: { 'node_modules/a': { version: '2.0.0' } } });
  expect(installReason(root)).toBe('node_modules/a has version 1.0.0 instead of 2.0.0');
});

test('a lock file that asks for another package needs an installation', () => {
  write('package-lock.json', { packages: { ...lock.packages, 'node_modules/b': { version: '1.0.0' } } });
  write('node_modules/.package-lock.json', lock);
  expect(installReason(root)).toBe('node_modules/b is missing');
});

test('an installation by hand is not repeated, though optional packages are absent', () => {
  write('package-lock.json', lock);
  write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '1.0.0' } } });
  expect(installReason(root)).toBeUndefined();
});

test('an interrupted installation is repeated', () => {
  write('package-lock.json', lock);
  expect(installReason(root)).toBe('the last installation did not finish');
});

test('without a lock file npm install runs, once', () => {
  mkdirSync(join(root, 'node_modules'));
  expect(installReason(root)).toBe('there is no package-lock.json');
  expect(installCommand(root)[0]).toBe('install');
  writeStamp(root);
  expect(installReason(root)).toBeUndefined();
});
