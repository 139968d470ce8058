import { describe, expect, it } from 'vitest';
import { missReason } from './miss-reason.js';

const facts = { engine: 'wasm 1', 'parameter.pre': 'Pre', 'parameter.pre.a': '1', 'parameter.pre.b': '2' };

describe('the reason of a miss', () => {
  it('names what differs from the nearest result that is kept', () => {
    const far = { ...facts, engine: 'webgpu 1', 'parameter.pre.b': '3' };
    const near = { ...facts, 'parameter.pre.a': '7' };
    expect(missReason(facts, '', [far, near])).toBe('Differs from the nearest kept result in parameter.pre.a.');
    expect(missReason(facts, '', [far])).toBe('Differs from the nearest kept result in engine, parameter.pre.b.');
  });

  it('counts the rest when much differs, and says so when nothing that is told does', () => {
    const other = { engine: 'x', 'parameter.pre': 'y', 'parameter.pre.a': 'z', 'parameter.pre.b': 'w', more: 'v' };
    expect(missReason(facts, '', [other])).toMatch(/ in engine, parameter\.pre, parameter\.pre\.a and 2 more\.$/);
    expect(missReason(facts, '', [{ ...facts }])).toMatch(/other values of the same plan/);
  });

  it('says that nothing is kept, or why it no longer is', () => {
    expect(missReason(facts, '', [])).toBe('Nothing is kept of this step for this input.');
    expect(missReason(facts, 'age', [facts])).toMatch(/nobody had used it/);
    expect(missReason(facts, 'size', [])).toMatch(/cache was full/);
    expect(missReason(facts, 'maxsize 3', [])).toMatch(/maxsize is 3/);
    expect(missReason(facts, 'A file is damaged.', [])).toBe('A file is damaged.');
  });
});
