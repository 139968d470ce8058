import { describe, expect, it } from 'vitest';
import { jobAddress, parseRoute, submitAddress } from './route.js';

describe('the address', () => {
  it.each([
    ['', { page: 'jobs' }],
    ['#/', { page: 'jobs' }],
    ['#/jobs', { page: 'jobs' }],
    ['#/fleet', { page: 'fleet' }],
    ['#/submit', { page: 'submit' }],
    ['#/nothing', { page: 'unknown', address: '#/nothing' }],
    ['#/jobs/1/2', { page: 'unknown', address: '#/jobs/1/2' }],
  ])('%s shows %j', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('of a job leads to the job', () => {
    expect(parseRoute(jobAddress('01JA'))).toEqual({ page: 'job', id: '01JA' });
  });

  it('of the submit page carries plan and data', () => {
    const choice = { plan: 'radon/fbp', data: 'root://scans/a&b.h5#/x' };
    expect(parseRoute(submitAddress(choice))).toEqual({ page: 'submit', ...choice });
  });
});
