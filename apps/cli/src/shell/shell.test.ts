import { expect, it } from 'vitest';
import { byteCount } from './shell.js';

it('reads amounts of memory', () => {
  expect(['4GiB', '1.5 MiB', '512', '2TiB'].map(byteCount)).toEqual([2 ** 32, 1.5 * 2 ** 20, 512, 2 ** 41]);
});

it.each(['4GB', '-1GiB', '0', 'much', '', '0.1B'])('refuses %j', (text) => {
  expect(() => byteCount(text)).toThrow('such as 4GiB');
});
