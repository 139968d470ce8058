import { describe, expect, it } from 'vitest';
import { steadyItems } from './steady-items.js';

const job = (id: string, state = 'active') => ({ id, state });

describe('D3: a list under the pointer', () => {
  it('keeps its order while its entries change', () => {
    const before = [job('c'), job('b'), job('a')];
    expect(steadyItems(before, [job('d'), job('c'), job('b', 'failed')])).toEqual({
      items: [job('c'), job('b', 'failed'), job('a')],
      waiting: 1,
    });
  });

  it('follows as soon as nobody points at it, and when it was empty', () => {
    expect(steadyItems(undefined, [job('d')])).toEqual({ items: [job('d')], waiting: 0 });
    expect(steadyItems([], [job('d')])).toEqual({ items: [job('d')], waiting: 0 });
  });
});
