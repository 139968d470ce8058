import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { checkedOrigins, registerCors } from './cors.js';

async function answerTo(
  headers: Record<string, string>,
  origins: readonly string[],
  method: 'GET' | 'OPTIONS' = 'GET',
) {
  const app = fastify();
  await registerCors(app, origins);
  app.get('/v1/jobs', () => ({ jobs: [] }));
  return app.inject({ method, url: '/v1/jobs', headers });
}

const lab = 'https://lab.example';

describe('pages of other origins', () => {
  it('D17: may read answers and send every call when their origin is allowed', async () => {
    const answer = await answerTo({ origin: lab }, [lab]);
    expect(answer.headers['access-control-allow-origin']).toBe(lab);
    expect(answer.headers['access-control-expose-headers']).toContain('upload-offset');
    const asked = { origin: lab, 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'a' };
    const preflight = await answerTo(asked, [lab], 'OPTIONS');
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-methods']).toContain('DELETE');
  });

  it('D17: get no leave when theirs is another, or none was named', async () => {
    for (const origins of [[lab], []]) {
      const { headers } = await answerTo({ origin: 'https://evil.example' }, origins);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it.each(['*', 'null', 'lab.example', 'https://lab.example/page', 'ftp://lab.example', ''])(
    'D17: %j is no origin',
    (origin) => {
      expect(() => checkedOrigins([origin])).toThrow(/no origin of a page/);
    },
  );

  it('D17: are named as browsers name them', () => {
    expect(checkedOrigins(['https://LAB.example:443/', 'http://localhost:5173'])).toEqual([
      lab,
      'http://localhost:5173',
    ]);
  });
});
