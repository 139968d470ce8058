import { expect, it } from 'vitest';
import { artifactWords } from './artifact-words.js';

const artifact = (digit: string) => `artifact:sha256-${digit.repeat(64)}`;
const result = {
  ...{ artifact: artifact('a'), preview: artifact('b'), shape: [1], dtype: 'f32', axes: ['x'], spacing: [1] },
  ...{ min: 0, max: 1, mean: 0, seconds: 1 },
};

it('H15: names the files of a job after what they are to it', () => {
  const job = { data: `${artifact('c')}#/exchange/data`, result };
  expect(artifactWords([artifact('b'), artifact('c'), artifact('a'), artifact('d')], job)).toEqual([
    'the picture of its image',
    'its uploaded file',
    'its image',
  ]);
  const two = { data: { data: artifact('c'), dark: artifact('d'), white: artifact('d') } };
  expect(artifactWords([artifact('c'), artifact('d')], two)).toEqual([
    'its uploaded file data',
    'its uploaded file dark, white',
  ]);
});
