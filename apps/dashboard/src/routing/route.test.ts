import { describe, expect, it } from 'vitest';
import { jobAddress, jobsAddress, parseRoute, planAddress, submitAddress, sweepAddress } from './route.js';

describe('the address', () => {
  it.each([
    ['', { page: 'jobs' }],
    ['#/', { page: 'jobs' }],
    ['#/jobs', { page: 'jobs' }],
    ['#/fleet', { page: 'fleet' }],
    ['#/sweeps', { page: 'sweeps' }],
    ['#/plans', { page: 'plans' }],
    ['#/submit', { page: 'submit' }],
    ['#/nothing', { page: 'unknown', address: '#/nothing' }],
    ['#/jobs/1/2', { page: 'unknown', address: '#/jobs/1/2' }],
  ])('%s shows %j', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('of a job leads to the job', () => {
    expect(parseRoute(jobAddress('01JA'))).toEqual({ page: 'job', id: '01JA' });
  });

  it('of a sweep and of a live plan lead there', () => {
    expect(parseRoute(sweepAddress('01JA'))).toEqual({ page: 'sweep', id: '01JA' });
    expect(parseRoute(planAddress('01JA'))).toEqual({ page: 'plan', id: '01JA' });
  });

  it('of the jobs may carry a label', () => {
    expect(parseRoute(jobsAddress({ label: 'sweep=01JA' }))).toEqual({ page: 'jobs', label: 'sweep=01JA' });
  });

  it('of the submit page carries plan, data and live plan', () => {
    const choice = { plan: 'radon/fbp', data: 'root://scans/a&b.h5#/x', session: '01JA' };
    expect(parseRoute(submitAddress(choice))).toEqual({ page: 'submit', ...choice });
  });
});
