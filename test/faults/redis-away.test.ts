import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

describe('while Redis does not answer', { timeout: 120_000 }, () => {
  it('the API says so, with a code and when to try again, and recovers by itself', async () => {
    stack.redis.pause();
    try {
      const response = await fetch(`${stack.client.url}/v1/jobs`);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
      expect(await response.json()).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      const submitted = await rondel(['submit', 'radon/fbp', 'job:01ARZ3NDEKTSV4RRFFQ69G5FAV'], stack.environment);
      expect([submitted.code, submitted.stderr]).toEqual([3, expect.stringContaining('Redis does not answer')]);
      expect((await fetch(`${stack.client.url}/healthz`)).status).toBe(200);
      // Probes give up after a few seconds.
      const asked = performance.now();
      expect((await stack.client.health()).status).toBe('not ready');
      expect(performance.now() - asked).toBeLessThan(4500);
    } finally {
      stack.redis.resume();
    }
    await eventually(
      async () => (await stack.client.health()).status === 'ready',
      () => stack.log(),
    );
    expect(await stack.client.jobs()).toEqual({ jobs: [] });
  });
});
