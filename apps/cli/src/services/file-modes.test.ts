import { afterAll, describe, expect, it } from 'vitest';
import { applyUmask, umaskParameters } from './file-modes.js';

const before = process.umask(0o022);
afterAll(() => void process.umask(before));

describe('permissions of what Rondel writes', () => {
  it('H8: are those of its own account alone unless others were let in', () => {
    const masks = [
      [{}, {}, 0o077],
      [{}, { RONDEL_UMASK: '0027' }, 0o027],
      [{ umask: 0o007 }, { RONDEL_UMASK: '0027' }, 0o007],
      [{}, { RONDEL_UMASK: '' }, 0o077],
    ] as const;
    for (const [options, environment, mask] of masks) {
      applyUmask(options, environment);
      expect(process.umask(0o022)).toBe(mask);
    }
    expect(umaskParameters({ umask: 0o027 })).toEqual(['--umask', '0027']);
  });

  it.each(['77', '0777', '0o77', 'x'])('H8: %s is no mask', (text) => {
    expect(() => applyUmask({}, { RONDEL_UMASK: text })).toThrow(`RONDEL_UMASK=${text}: It must be octal`);
  });
});
