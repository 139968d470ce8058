import { describe, expect, test } from 'vitest';
import { checkedSubmitter, ownSubmitter } from './submitter.js';

describe('a submitter', () => {
  const of = (env: Record<string, string>) => ownSubmitter({ process: { env } });

  test('is who the environment says, else the account, in letters that a submission may have', () => {
    expect(of({ RONDEL_SUBMITTER: 'ct-lab', USER: 'ada' })).toBe('ct-lab');
    expect(of({ USER: 'ada' })).toBe('ada');
    expect(of({ USERNAME: 'LAB\\Ada L\u00f6v' })).toBe('LAB-Ada-L-v');
    expect(of({})).toBeUndefined();
    expect(ownSubmitter({})).toBeUndefined();
  });

  test('is the account that the system knows where the environment names none, as in services and containers', () => {
    const under = (userInfo: () => { username: string }) =>
      ownSubmitter({ process: { env: { USER: '' }, getBuiltinModule: () => ({ userInfo }) } });
    expect(under(() => ({ username: 'grace' }))).toBe('grace');
    const nameless = () => {
      throw new Error('A system error occurred: uv_os_get_passwd returned ENOENT');
    };
    expect(under(nameless)).toBeUndefined();
    expect(ownSubmitter()).not.toBeUndefined();
  });

  test('that was written down wrong is refused', () => {
    expect(checkedSubmitter('ada@lab')).toBe('ada@lab');
    for (const wrong of ['', 'a b', '-x', 'x'.repeat(65)]) {
      expect(() => checkedSubmitter(wrong)).toThrow('must be 1 to 64 letters');
    }
    expect(() => of({ RONDEL_SUBMITTER: 'Jane Doe' })).toThrow('The submitter "Jane Doe"');
  });
});
