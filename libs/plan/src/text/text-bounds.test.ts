import { isRondelError } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { planLimits } from '../value/limits.js';
import { parsePlan } from './parse-plan.js';
import { textExcess } from './text-bounds.js';

const bounds = { depth: 4, keys: 6, items: 5, lines: 8 };

describe('what a text holds before it is parsed', () => {
  it.each<[string, 'toml' | 'json', string]>([
    ['keys, dotted ones by their names', 'toml', 'a.b.c = 1\nd.e.f = 1.5\n'],
    ['strings with all that counts elsewhere', 'toml', `a = "[[{{,,,,,,..\\"=="\nb = '[[[[[\\'\nc = 1`],
    ['long strings', 'toml', `a = """\n[[[[[[[\n""\\"""""\nb = '''\n[[[[[[\n'''`],
    ['comments', 'toml', '# [[[[[ a.b.c.d.e.f = ,,,,,,\na = 1 # ====='],
    ['headers, which are no arrays', 'toml', '[a]\n[b]\n[[c]]\n[[c]]\n'],
    ['numbers with dots in nested arrays', 'toml', 'a = [[[[1.5, 2.5]]]]'],
    ['JSON strings', 'json', '{"a": "[[[[[{{{{{,,,,,,::::::\\"", "b": [1.5]}'],
  ])('is as much as may be: %s', (_what, format, text) => {
    expect(textExcess(text, format, bounds)).toBeUndefined();
  });

  it.each<[string, 'toml' | 'json', string, string]>([
    ['arrays', 'toml', 'a = [[[[[', '4 tables'],
    ['inline tables', 'toml', 'a = {b={b={b={b={', '4 tables'],
    ['a dotted key', 'toml', 'a.b.c.d.e = 1', '4 tables'],
    ['a dotted key in an inline table', 'toml', 'a = {b={ c.d.e = 1', '4 tables'],
    ['a header', 'toml', '[a.b.c.d.e]', '4 tables'],
    ['headers', 'toml', '[[a]]\n'.repeat(7), '6 keys'],
    ['names in headers', 'toml', '[a.b.c.d]\n'.repeat(2), '6 keys'],
    ['keys', 'toml', 'a=1\n'.repeat(7), '6 keys'],
    ['names in keys', 'toml', 'a.b.c=1\n'.repeat(3), '6 keys'],
    ['lines', 'toml', '\n'.repeat(8), '8 lines'],
    ['values', 'toml', 'a=[1,1,1,1,1,1,1]', '5 values'],
    ['tables in JSON', 'json', '{"a":{"a":{"a":{"a":{"a":', '4 tables'],
    ['keys in JSON', 'json', `{${'"a":1 '.repeat(7)}`, '6 keys'],
    ['values in JSON', 'json', '[{},{},{},{},{},{},{}]', '5 values'],
  ])('is too much of %s', (_what, format, text, limit) => {
    expect(textExcess(text, format, bounds)?.limit).toContain(limit);
  });

  it.each<[string, (length: number) => string]>([
    ['dotted keys', (length) => `${'a.'.repeat(length / 2)}a = 1`],
    ['800,000 keys', (length) => Array.from({ length: length / 7 }, (_, index) => `k${index}=1`).join('\n')],
    ['[[a]]', (length) => '[[a]]\n'.repeat(length / 6)],
    ['arrays', (length) => `a = ${'['.repeat(length)}`],
    ['newlines', (length) => `${'\n'.repeat(length)}=`],
    ['empty tables', (length) => `a = [${'{},'.repeat(length / 3)}]`],
  ])('H3: a plan of %s is refused with its limit, as large as a plan may be and larger', (_what, make) => {
    for (const length of [planLimits.textLength - 100, 8_000_000]) {
      let message = 'accepted';
      try {
        parsePlan(`_type = "A"\n${make(length)}`);
      } catch (error) {
        if (!isRondelError(error)) throw error;
        message = error.message;
      }
      expect(message).toMatch(
        /^A plan has at most (32 tables|10000 keys|120000 values|50000 lines|1048576 characters)/,
      );
    }
  });
});
