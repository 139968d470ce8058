import { RondelError } from '@rondel/contracts';
import { expect, it } from 'vitest';
import { inBlock } from './block-failure.js';

const block = { axis: 'slice', extent: 64, start: 33, stop: 48, from: 32, to: 49 };

it('of what a step says of its data tells which part of the whole that was', () => {
  const error = new RondelError('DATA_FORMAT', 'Slice 3 is dark.', { at: 'parameter.pre', details: { slice: 3 } });
  expect(inBlock(error, block)).toMatchObject({
    failure: {
      code: 'DATA_FORMAT',
      message: 'Slice 3 is dark. This counts within a block, entries 32 to 48 (from 0) of 64 along slice.',
      at: 'parameter.pre',
      details: { slice: 3 },
    },
  });
});

it('leaves other failures as they are', () => {
  for (const error of [new RondelError('OUT_OF_MEMORY', 'Too large.'), new Error('no')]) {
    expect(inBlock(error, block)).toBe(error);
  }
});
