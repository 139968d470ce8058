import { float32Array, isRondelError, settledWarnings, type Dataset } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { divideDataset, joinDatasets } from './blocks.js';

const axes = ['frame', 'slice', 'angle', 'detector'];

function dataset(shape: number[]): Dataset {
  const length = shape.reduce((product, extent) => product * extent, 1);
  const values = Float32Array.from({ length }, (_, index) => index);
  const slices = shape[1] ?? 0;
  return {
    data: float32Array(values, shape, axes),
    companions: {
      dark: float32Array(
        Float32Array.from({ length: slices * 2 }, (_, index) => -index),
        [slices, 2],
        ['slice', 'detector'],
      ),
      angles: float32Array(new Float32Array([0, 1, 2]), [3], ['angle']),
    },
    attributes: { center: 1.5 },
  };
}

describe('blocks of a dataset', () => {
  it.each(['frame', 'slice'])('along %s are joined to what was divided, whatever their size', (axis) => {
    for (const size of [1, 2, 3, 7]) {
      const whole = dataset([4, 5, 3, 2]);
      expect(joinDatasets(divideDataset(whole, axis, size), axis)).toEqual(whole);
    }
  });

  it('all have the warnings of the whole, which has theirs, each once', () => {
    const axis = { code: 'AXIS_UNCERTAIN', message: 'The axis lies at 131 ± 4.' } as const;
    const dark = { code: 'DARK_MISSING', message: 'No dark fields.' } as const;
    const [first, second] = divideDataset({ ...dataset([1, 4, 3, 2]), warnings: [axis] }, 'slice', 2);
    if (first === undefined || second === undefined) throw new Error('there are two blocks');
    expect([first.warnings, second.warnings]).toEqual([[axis], [axis]]);
    const joined = joinDatasets([first, { ...second, warnings: [axis, dark] }], 'slice');
    expect(joined.warnings).toEqual([axis, dark]);
  });

  it('add up what they have counted, and what the whole has counted stays what it is', () => {
    const message = '{count} of {of} values were clipped.';
    const counted = (count: number, of: number) => {
      return { code: 'TRANSMISSION_CLIPPED', message, amount: { count, of, above: 0.1 } } as const;
    };
    const parts = divideDataset({ ...dataset([1, 6, 3, 2]), warnings: [counted(5, 36)] }, 'slice', 2);
    expect(settledWarnings(joinDatasets(parts, 'slice').warnings ?? [])).toEqual([
      { code: 'TRANSMISSION_CLIPPED', message: '5 of 36 values were clipped.' },
    ]);
    // One block alone is above the share, all together are not.
    const own = [counted(0, 12), counted(3, 12), counted(0, 12)];
    const seen = parts.map(({ warnings: _, ...part }, index) => {
      const each = own[index];
      return { ...part, warnings: each ? [each] : [] };
    });
    const whole = joinDatasets(seen, 'slice');
    expect(whole.warnings).toEqual([counted(3, 36)]);
    expect(settledWarnings(own)).toHaveLength(1);
    expect(settledWarnings(whole.warnings ?? [])).toEqual([]);
  });

  it('take their part of companions that have the axis, and all of the others', () => {
    const [, second] = divideDataset(dataset([1, 5, 3, 2]), 'slice', 2);
    expect(second?.data.shape).toEqual([1, 2, 3, 2]);
    expect([...(second?.data.data ?? [])]).toEqual(Array.from({ length: 12 }, (_, index) => 12 + index));
    expect([...(second?.companions.dark?.data ?? [])]).toEqual([-4, -5, -6, -7]);
    expect(second?.companions.angles?.shape).toEqual([3]);
    expect(second?.attributes).toEqual({ center: 1.5 });
  });

  it('are refused when the data has no such axis, or when they do not fit together', () => {
    const code = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        if (isRondelError(error)) return error.code;
        throw error;
      }
      return 'none';
    };
    expect(code(() => divideDataset(dataset([1, 2, 3, 2]), 'coil', 1))).toBe('DATA_SHAPE_MISMATCH');
    expect(code(() => joinDatasets([dataset([1, 2, 3, 2]), dataset([1, 2, 4, 2])], 'slice'))).toBe(
      'DATA_SHAPE_MISMATCH',
    );
    expect(code(() => joinDatasets([], 'slice'))).toBe('DATA_SHAPE_MISMATCH');
  });
});
