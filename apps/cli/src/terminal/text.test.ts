import type { Job, SubjobRecord } from '@rondel/contracts';
import pico from 'picocolors';
import { expect, test } from 'vitest';
import { relativeError } from '../demo/demo-run.js';
import { checkNode, checkOpenFiles, clockFinding } from '../services/doctor-checks.js';
import { jobLines } from '../jobs/job-summary.js';
import { plainText } from './plain-text.js';
import { progressWords } from './progress-display.js';
import { agoText, bytesText, numberText, secondsText } from './quantity.js';
import { tableLines } from './table.js';

test.each([
  [0.4251, '0.43 s'],
  [12.34, '12.3 s'],
  [185, '3 min 05 s'],
  [7380, '2 h 03 min'],
])('%d seconds read %s', (seconds, text) => expect(secondsText(seconds)).toBe(text));

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1536, '1.5 KiB'],
  [3 * 2 ** 40, '3.0 TiB'],
])('%d bytes read %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

test('numbers keep six digits', () => expect(numberText(0.123456789)).toBe('0.123457'));

test('a moment is told by its distance, also when the other clock is ahead', () => {
  const now = Date.parse('2026-01-01T12:00:00Z');
  expect(agoText('2026-01-01T11:00:00Z', now)).toBe('1 h ago');
  expect(agoText('2026-01-01T12:00:05Z', now)).toBe('0 s ago');
});

test('columns are as wide as their widest cell, without counting colours', () => {
  const lines = tableLines(
    ['ID', 'STATE'],
    [
      ['1', '\x1b[32mok\x1b[39m'],
      ['long', 'x'],
    ],
  );
  expect(lines).toEqual(['ID    STATE', '1     \x1b[32mok\x1b[39m', 'long  x']);
});

test('a table that is wider than the terminal has its widest columns cut, ids and states never', () => {
  const heads = ['ID', 'STATE', 'PLAN', 'LABELS'];
  const rows = [['01JD0000000000000000000000', 'completed', 'radon/iterative', 'sample=tooth run=3 operator=somebody']];
  const lines = tableLines(heads, rows, { width: 80, whole: ['ID', 'STATE'] });
  expect(lines[1]).toBe('01JD0000000000000000000000  completed  radon/iterative  sample=tooth run=3 oper…');
  expect(Math.max(...lines.map((line) => line.length))).toBe(80);
  expect(tableLines(heads, rows)[1]).toContain('operator=somebody');
  const narrow = tableLines(heads, rows, { width: 10, whole: ['ID', 'STATE'] });
  expect(narrow[1]).toBe('01JD0000000000000000000000  completed  radon…  sampl…');
});

test('progress names step, iteration and the time left', () => {
  const progress = { fraction: 0.5, step: 'parameter.reco', iteration: 3, iterations: 20, secondsLeft: 12.5 };
  expect(progressWords(progress)).toBe('parameter.reco, iteration 3 of 20, 12.5 s left');
});

test('of 64 blocks only those that ask for a look are listed, and no line is wider than 80 columns', () => {
  const block = (index: number, more: Partial<SubjobRecord> = {}): SubjobRecord => ({
    id: `1.${index}`,
    state: 'completed',
    attempts: 1,
    worker: `host-${index % 2}`,
    seconds: 0.5,
    ...more,
  });
  const resumed = { iteration: 40, iterations: 600, attempt: 1, worker: 'host-1' };
  const subjobs = [
    ...Array.from({ length: 62 }, (_, index) => block(index)),
    block(62, { attempts: 2, resumed }),
    block(63, { state: 'active', fraction: 0.25 }),
  ];
  const job: Job = {
    id: '01JD0000000000000000000000',
    state: 'active',
    pool: 'default',
    worker: 'a-host-name-1234',
    priority: 100,
    attempts: { made: 2, allowed: 3 },
    labels: {},
    plan: { name: 'radon/iterative', sha256: 'f'.repeat(64) },
    data: 'artifact:x',
    createdAt: new Date().toISOString(),
    steps: [{ path: 'parameter.reco', type: 'IterativeRadonReconstructionParameters', state: 'active', subjobs }],
  };
  const lines = jobLines(job, pico.createColors(false));
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(/^ {2}pool default, worker .*, attempt 2 of 3$/),
    '  parameter.reco     active  IterativeRadonReconstructionParameters',
    '    64 blocks: 63 completed, 1 active; 2 workers, 32.0 s in all',
    expect.stringMatching(/1\.62 .*attempt 2/),
    '      went on at iteration 40 of 600, from attempt 1 on host-1',
    '    1.63    active 25 %  host-1  0.50 s',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('escape sequences of a message do not reach the terminal', () => {
  expect(plainText('\x1b[31mred\x1b[0m\x1b]0;title\x07 and\r\b plain\nnext')).toBe('red and plain\nnext');
});

test('the relative error is 0 for the truth, 1 for nothing, and refuses other shapes', () => {
  const truth = { dtype: 'float32', shape: [2], data: Float32Array.of(3, 4) } as const;
  expect(relativeError(truth, truth)).toBe(0);
  expect(relativeError({ ...truth, data: Float32Array.of(0, 0) }, truth)).toBe(1);
  expect(() => relativeError({ ...truth, shape: [1, 2] }, truth)).toThrow('shape [1, 2]');
});

test('the doctor refuses an old Node.js and clocks that are apart', () => {
  expect(checkNode('20.18.0')).toMatchObject({ ok: false, needed: true });
  expect(checkNode('22.1.0').ok).toBe(true);
  expect(checkOpenFiles(200)).toMatchObject([{ ok: false, nextStep: expect.stringContaining('ulimit -n') as string }]);
  expect(checkOpenFiles(1024)).toMatchObject([{ ok: true }]);
  expect(checkOpenFiles(Infinity)).toEqual([]);
  const server = new Date('2026-01-01T12:00:00Z');
  expect(clockFinding(server, new Date('2026-01-01T12:00:04Z')).ok).toBe(true);
  expect(clockFinding(server, new Date('2026-01-01T12:01:00Z'))).toMatchObject({
    ok: false,
    detail: "60 s from the server's",
  });
});
