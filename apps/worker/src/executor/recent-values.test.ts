import { expect, it } from 'vitest';
import { openRecentValues } from './recent-values.js';

it('lets those go that were not used for longest once they take too much', () => {
  const values = openRecentValues<string>(10);
  values.set('a', 'first', 4);
  values.set('b', 'second', 4);
  expect(values.get('a')).toBe('first');
  values.set('c', 'third', 4);
  expect(['a', 'b', 'c'].map((key) => values.get(key))).toEqual(['first', undefined, 'third']);
});

it('counts a value that replaces another once', () => {
  const values = openRecentValues<string>(10);
  for (const text of ['one', 'two', 'three']) values.set('a', text, 6);
  values.set('b', 'other', 4);
  expect(['a', 'b'].map((key) => values.get(key))).toEqual(['three', 'other']);
});

it('does not keep what is larger than all of it', () => {
  const values = openRecentValues<string>(10);
  values.set('a', 'small', 1);
  values.set('b', 'large', 11);
  expect(values.get('b')).toBeUndefined();
  values.set('c', 'small', 9);
  expect(values.get('c')).toBe('small');
});
