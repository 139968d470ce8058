import { describe, expect, it } from 'vitest';
import { executorEnvironment } from './executor-environment.js';

describe('the environment of an executor', () => {
  const environment = {
    PATH: '/usr/bin',
    CUDA_VISIBLE_DEVICES: '1',
    RONDEL_TENSORFLOW_DIR: '/opt/tensorflow',
    REDIS_URL: 'redis://:secret@host:6379',
    RONDEL_TOKEN: 'secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
    LAB_LICENCE: 'file',
  };

  it('H11: has what it takes to compute, and no address of Redis or anything else', () => {
    expect(executorEnvironment(environment)).toEqual({
      PATH: '/usr/bin',
      CUDA_VISIBLE_DEVICES: '1',
      RONDEL_TENSORFLOW_DIR: '/opt/tensorflow',
    });
  });

  it('H11: has what the operator names', () => {
    expect(executorEnvironment(environment, ['LAB_LICENCE'])).toMatchObject({ LAB_LICENCE: 'file' });
    expect(executorEnvironment(environment, ['LAB_LICENCE'])).not.toHaveProperty('REDIS_URL');
  });
});
