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
