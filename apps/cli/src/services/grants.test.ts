import { expect, it } from 'vitest';
import { grantsOf } from './grants.js';

const roots = { scans: '/data/scans', old: '/data/old' };

it('of data roots are read, several of one root together', () => {
  expect(grantsOf(['scans:cardiac=heart/', 'scans:*=public/', 'old:knee='], roots)).toEqual({
    scans: [
      { project: 'cardiac', prefix: 'heart/' },
      { project: '*', prefix: 'public/' },
    ],
    old: [{ project: 'knee', prefix: '' }],
  });
});

it.each([
  ['cardiac', /write it as ROOT:PROJECT=PREFIX/],
  ['scans:cardiac', /write it as ROOT:PROJECT=PREFIX/],
  ['scans:=heart/', /write it as ROOT:PROJECT=PREFIX/],
  ['lab:cardiac=heart/', /there is no --data-root lab=DIR/],
  ['constructor:cardiac=heart/', /there is no --data-root constructor=DIR/],
  ['scans:Cardiac=heart/', /"Cardiac" is no name of a project/],
  ['scans:cardiac=/heart', /a path inside the root/],
  ['scans:cardiac=heart/../knee', /a path inside the root/],
])('--grant %s is refused with its reason', (text, reason) => {
  expect(() => grantsOf([text], roots)).toThrow(reason);
  expect(() => grantsOf([text], roots)).toThrow(`--grant ${text}: `);
});
