import { stripVTControlCharacters } from 'node:util';

/**
 * Adds up the lines `Tests  1 failed | 4 passed | 2 skipped (7)` that Vitest prints per project; Nx repeats them for a
 * project whose result comes from its cache.
 */
export function countTests(output) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const line of stripVTControlCharacters(output).split('\n')) {
    const summary = /^\s*Tests\s+(.*) \(\d+\)\s*$/.exec(line)?.[1];
    for (const part of summary?.split(' | ') ?? []) {
      const [count, word] = part.trim().split(' ');
      if (word in total) total[word] += Number(count);
    }
  }
  return total;
}

/**
 * Tests that failed, each with the first line of its error, and those that needed a second try; Vitest prints a name once
 * for every try and the error after the last.
 */
export function troubles(output) {
  const lines = stripVTControlCharacters(output).split('\n');
  const found = new Map();
  for (const [index, line] of lines.entries()) {
    const name = line.trim();
    if (name.startsWith('FAIL ')) found.set(name, `${name}: ${lines[index + 1]?.trim()}`);
    if (name.startsWith('Passed at the second try: ')) found.set(name, name);
  }
  return [...found.values()];
}

/**
 * The outcome of all checks: tests count one by one, a check that failed without a failed test (a lint error, a file
 * that does not load) counts as one.
 */
export function summarize(checks) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { code, tests = { passed: 0, failed: 0, skipped: 0 } } of checks) {
    total.passed += tests.passed;
    total.skipped += tests.skipped;
    total.failed += code !== 0 && tests.failed === 0 ? 1 : tests.failed;
  }
  return total;
}
