import type { Warning } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { hearWarnings, inOrder } from './heard-warnings.js';

const units: Warning = { code: 'UNITS_ASSUMED', message: 'No unit: degrees.', path: 'parameter.reco.angles' };
const axis: Warning = { code: 'AXIS_UNCERTAIN', message: 'At 131 ± 4.', step: 'parameter.pre' };
const dark: Warning = { code: 'DARK_MISSING', message: 'No dark fields.', step: 'parameter.pre' };
const precision: Warning = { code: 'PRECISION_REDUCED', message: 'In 16 bit.', step: 'parameter.reco' };

describe('the warnings of a run', () => {
  it('are passed on once each', () => {
    const told: Warning[] = [];
    const { add } = hearWarnings({}, (warning) => told.push(warning));
    add(undefined);
    add([axis, units]);
    add([units, dark]);
    expect(told).toEqual([axis, units, dark]);
  });

  it('end a strict one with the first, which says what it is about', () => {
    const told: Warning[] = [];
    const { add } = hearWarnings({ strict: true }, (warning) => told.push(warning));
    add([]);
    expect(() => add([units, axis])).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^No unit: degrees\. The job is strict/) as unknown,
        failure: expect.objectContaining({
          code: 'STRICT_WARNING',
          at: 'parameter.reco.angles',
          retryable: false,
          details: { warning: units },
        }) as unknown,
      }),
    );
    expect(told).toEqual([units]);
  });

  it('wait for the whole where a block has counted something', () => {
    const told: Warning[] = [];
    const { add } = hearWarnings({ strict: true }, (warning) => told.push(warning));
    const counted = { ...dark, message: '{count} of {of} are dark.', amount: { count: 3, of: 9, above: 0.5 } };
    add([counted], { inBlock: true });
    add([counted]);
    expect(told).toEqual([]);
    expect(() => add([{ ...counted, amount: { count: 8, of: 9, above: 0.5 } }])).toThrow('8 of 9 are dark.');
    expect(told).toEqual([{ ...dark, message: '8 of 9 are dark.' }]);
  });

  it('are in one order, in whichever order blocks and stages gave them', () => {
    const steps = ['parameter.pre', 'parameter.reco'];
    const ordered = [units, axis, dark, precision];
    expect(inOrder([precision, dark, units, axis], steps)).toEqual(ordered);
    expect(inOrder(ordered, steps)).toEqual(ordered);
  });
});
