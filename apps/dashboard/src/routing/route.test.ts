import { describe, expect, it } from 'vitest';
import { jobAddress, jobsAddress, parseRoute, planAddress, submitAddress, sweepAddress } from './route.js';

describe('the address', () => {
  it.each([
    ['', { page: 'jobs' }],
    ['#/', { page: 'jobs' }],
    ['#/jobs', { page: 'jobs' }],
    ['#/fleet', { page: 'fleet' }],
    ['#/workers', { page: 'fleet' }],
    ['#/Workers/', { page: 'fleet' }],
    ['#/pools', { page: 'fleet' }],
    ['#workers', { page: 'fleet' }],
    ['#/algorithms', { page: 'algorithms' }],
    ['#/sessions', { page: 'plans' }],
    ['#/sessions/01JA', { page: 'plan', id: '01JA' }],
    ['#/job/01JA', { page: 'job', id: '01JA' }],
    ['#/jobs/', { page: 'jobs' }],
    ['#/workers/w-1', { page: 'unknown', address: '#/workers/w-1' }],
    ['#/constructor', { page: 'unknown', address: '#/constructor' }],
    ['#/sweeps', { page: 'sweeps' }],
    ['#/plans', { page: 'plans' }],
    ['#/submit', { page: 'submit' }],
    ['#/jobs/%', { page: 'unknown', address: '#/jobs/%' }],
    ['#/sweeps/%E0%A4%A', { page: 'unknown', address: '#/sweeps/%E0%A4%A' }],
    ['#/jobs?state=nonsense&q=a', { page: 'jobs', q: 'a' }],
    ['#/nothing', { page: 'unknown', address: '#/nothing' }],
    ['#/jobs/1/2', { page: 'unknown', address: '#/jobs/1/2' }],
  ])('H14, D11: %s shows %j', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('of a job leads to the job', () => {
    expect(parseRoute(jobAddress('01JA'))).toEqual({ page: 'job', id: '01JA' });
  });

  it('of a sweep and of a live plan lead there', () => {
    expect(parseRoute(sweepAddress('01JA'))).toEqual({ page: 'sweep', id: '01JA' });
    expect(parseRoute(planAddress('01JA'))).toEqual({ page: 'plan', id: '01JA' });
    expect(parseRoute(planAddress('01JA', '01JB'))).toEqual({ page: 'plan', id: '01JA', job: '01JB' });
  });

  it('D11: of the jobs carries what they are filtered by', () => {
    const list = { state: 'failed', pool: 'gpu', label: 'sweep=01JA', q: 'a & b', after: '01JB' } as const;
    expect(parseRoute(jobsAddress(list))).toEqual({ page: 'jobs', ...list });
    expect(jobsAddress({ label: '' })).toBe('#/jobs');
  });

  it('of the submit page carries plan, data and live plan', () => {
    const choice = { plan: 'radon/fbp', data: 'root://scans/a&b.h5#/x', session: '01JA', job: '01JB' };
    expect(parseRoute(submitAddress(choice))).toEqual({ page: 'submit', ...choice });
  });
});
