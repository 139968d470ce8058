import { expect, test } from 'vitest';
import { nodeTooOld } from './node-version.mjs';
import { countTests, summarize, troubles } from './test-summary.mjs';

test('the summaries of several projects are added up, colours or not', () => {
  const output = [
    '\x1b[2m Test Files \x1b[22m \x1b[32m2 passed\x1b[39m (2)',
    '\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[32m20 passed\x1b[39m\x1b[22m\x1b[90m (20)\x1b[39m',
    '      Tests  1 failed | 4 passed | 2 skipped (7)',
  ].join('\n');
  expect(countTests(output)).toEqual({ passed: 24, failed: 1, skipped: 2 });
});

test('a check that fails without a failed test counts as one failure', () => {
  const checks = [{ code: 1 }, { code: 0, tests: { passed: 3, failed: 0, skipped: 1 } }];
  expect(summarize(checks)).toEqual({ passed: 3, failed: 1, skipped: 1 });
});

test('failed tests are not counted twice for the exit code of their check', () => {
  expect(summarize([{ code: 1, tests: { passed: 3, failed: 2, skipped: 0 } }]).failed).toBe(2);
});

test('what failed or needed a second try is named once, with its error', () => {
  const output = [
    '     \x1b[32m✓\x1b[39m another one',
    'Passed at the second try: e2e/b.test.ts > group > is late: expected 1 to be 2',
    '\x1b[41m\x1b[1m FAIL \x1b[22m\x1b[49m e2e/a.test.ts\x1b[2m > \x1b[22mfails',
    '\x1b[41m\x1b[1m FAIL \x1b[22m\x1b[49m e2e/a.test.ts\x1b[2m > \x1b[22mfails',
    '\x1b[31m\x1b[1mError\x1b[22m: no answer',
  ].join('\n');
  expect(troubles(output)).toEqual([
    'Passed at the second try: e2e/b.test.ts > group > is late: expected 1 to be 2',
    'FAIL  e2e/a.test.ts > fails: Error: no answer',
  ]);
});

test('Node.js 20.19 is the oldest that will do', () => {
  expect(nodeTooOld('20.18.3')).toContain('needs Node.js 20.19 or newer, and this is 20.18.3');
  expect(nodeTooOld('18.20.0')).toBeDefined();
  expect(nodeTooOld('20.19.0')).toBeUndefined();
  expect(nodeTooOld('22.0.0')).toBeUndefined();
});
