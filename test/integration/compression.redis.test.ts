import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobPage } from '@rondel/contracts';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';

const redis = await startTestRedis();
const { app, storeBytes, close } = await openTestApi(redis.url);
const artifact = await storeBytes('raw data'.repeat(1000));

beforeAll(async () => {
  for (let index = 0; index < 20; index += 1) await submit();
});

afterAll(async () => {
  await close();
  await redis.stop();
});

async function submit(): Promise<void> {
  const payload = { plan: { name: 'radon/fbp' }, data: artifact };
  expect((await app.inject({ method: 'POST', url: '/v1/jobs', payload })).statusCode).toBe(202);
}

function get(url: string, headers: Record<string, string> = {}) {
  return app.inject({ url, headers });
}

describe('answers', () => {
  it('D20: are compressed where they are long text, for whoever takes it', async () => {
    const plain = await get('/v1/jobs');
    expect(plain.headers['content-encoding']).toBeUndefined();
    const brotli = await get('/v1/jobs', { 'accept-encoding': 'gzip, br' });
    expect(brotli.headers).toMatchObject({
      'content-encoding': 'br',
      vary: expect.stringContaining('accept-encoding') as string,
    });
    expect(JSON.parse(brotliDecompressSync(brotli.rawPayload).toString())).toEqual(plain.json());
    expect(brotli.rawPayload.length).toBeLessThan(plain.rawPayload.length / 4);
    const zipped = await get('/openapi.json', { 'accept-encoding': 'gzip' });
    expect(JSON.parse(gunzipSync(zipped.rawPayload).toString())).toMatchObject({ openapi: '3.1.0' });
  });

  it('D20: are left alone where they are short, or bytes', async () => {
    const headers = { 'accept-encoding': 'gzip, br' };
    expect((await get('/healthz', headers)).headers['content-encoding']).toBeUndefined();
    const { headers: data } = await get(`/v1/data/${artifact.replace('artifact:sha256-', '')}`, headers);
    expect([data['content-encoding'], data['content-length']]).toEqual([undefined, '8000']);
  });

  it('D20: are not sent again while nothing has changed', async () => {
    for (const url of ['/v1/jobs', '/v1/jobs/counts', '/v1/pools', '/v1/sweeps']) {
      const { headers } = await get(url);
      const again = await get(url, { 'if-none-match': `"other", ${String(headers.etag)}`, 'accept-encoding': 'br' });
      expect([url, again.statusCode, again.body]).toEqual([url, 304, '']);
    }
    const { headers } = await get('/v1/jobs');
    await submit();
    const changed = await get('/v1/jobs', { 'if-none-match': String(headers.etag) });
    expect(changed.statusCode).toBe(200);
    expect(changed.json<JobPage>().jobs).toHaveLength(21);
  });
});
