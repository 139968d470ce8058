import { describe, expect, it } from 'vitest';
import { greyScales, thumbnailAddress } from './grey-scale.js';

const image = (id: string, min: number, max: number, data = 'a') => ({ id, data, result: { min, max } });

describe('D19: the grey scale of small pictures', () => {
  it('is one for all images of the same data, and one that went wrong does not decide it', () => {
    const scales = greyScales([
      image('1', -0.012, 0.503),
      image('2', -0.011, 0.501),
      image('3', -9000, 9000),
      image('4', 0, 100, 'b'),
      { id: '5', data: 'a' },
    ]);
    expect(scales.get('1')).toEqual({ low: -0.02, high: 0.51 });
    expect(['2', '3', '5'].map((id) => scales.get(id))).toEqual(Array.from({ length: 3 }, () => scales.get('1')));
    expect(scales.get('4')).toEqual({ low: 0, high: 100 });
    expect(thumbnailAddress('1', { low: -0.02, high: 0.51 }, 64)).toBe(
      '/v1/jobs/1/result?format=png&window=-0.02%2C0.51&side=64',
    );
  });

  it('is none where no image has two values', () => {
    expect(greyScales([image('1', 3, 3)]).size).toBe(0);
  });
});
