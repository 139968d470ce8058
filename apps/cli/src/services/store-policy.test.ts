import { describe, expect, it } from 'vitest';
import { byteSize, duration, storePolicy } from './store-policy.js';

describe('times and sizes', () => {
  it.each([
    ['90m', 5400],
    ['36h', 129_600],
    ['30d', 2_592_000],
    ['0.5d', 43_200],
    ['2w', 1_209_600],
  ])('reads %s', (text, seconds) => expect(duration(text)).toBe(seconds));

  it.each([
    ['800MiB', 800 * 2 ** 20],
    ['500 GiB', 500 * 2 ** 30],
    ['1.5TiB', 1.5 * 2 ** 40],
  ])('reads %s', (text, bytes) => expect(byteSize(text)).toBe(bytes));

  it.each(['', '30', 'd', '0d', '-1d', '30 days', '1y'])('refuses the time "%s"', (text) => {
    expect(() => duration(text)).toThrow('30d');
  });

  it.each(['', '500', '500GB', '-1GiB', '99999999TiB'])('refuses the size "%s"', (text) => {
    expect(() => byteSize(text)).toThrow('500GiB');
  });
});

describe('how long things stay', () => {
  it('is for ever unless said otherwise', () => {
    expect(storePolicy({}, {})).toEqual({});
    expect(storePolicy({}, { RONDEL_KEEP_RESULTS: ' ' })).toEqual({});
  });

  it('comes from options before the environment', () => {
    const environment = { RONDEL_KEEP_RESULTS: '30d', RONDEL_KEEP_UPLOADS: '7d', RONDEL_STORE_LIMIT: '1GiB' };
    expect(storePolicy({ keepResults: 60 }, environment)).toEqual({
      keepResultsSeconds: 60,
      keepUploadsSeconds: 604_800,
      storeLimitBytes: 2 ** 30,
    });
  });

  it('names the variable that cannot be read', () => {
    expect(() => storePolicy({}, { RONDEL_KEEP_RECORDS: 'long' })).toThrow('RONDEL_KEEP_RECORDS=long');
  });
});
