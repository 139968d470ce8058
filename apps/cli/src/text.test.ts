import { expect, test } from 'vitest';
import { relativeError } from './demo-run.js';
import { checkNode, clockFinding } from './doctor-checks.js';
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

test('progress names step, iteration and the time left', () => {
  const progress = { fraction: 0.5, step: 'parameter.reco', iteration: 3, iterations: 20, secondsLeft: 12.5 };
  expect(progressWords(progress)).toBe('parameter.reco, iteration 3 of 20, 12.5 s left');
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
  const server = new Date('2026-01-01T12:00:00Z');
  expect(clockFinding(server, new Date('2026-01-01T12:00:04Z')).ok).toBe(true);
  expect(clockFinding(server, new Date('2026-01-01T12:01:00Z'))).toMatchObject({
    ok: false,
    detail: "60 s from the server's",
  });
});
