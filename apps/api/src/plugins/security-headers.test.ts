import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { registerSecurityHeaders } from './security-headers.js';

function appWithHeaders() {
  const app = fastify();
  registerSecurityHeaders(app);
  app.get('/plain', () => 'plain');
  app.get('/framed', (_request, reply) => reply.header('content-security-policy', "default-src 'self'").send('framed'));
  app.get('/broken', () => {
    throw new Error('broken');
  });
  return app;
}

describe('security headers', () => {
  it.each([
    ['an answer', '/plain', 200],
    ['an error', '/broken', 500],
    ['an unknown address', '/nowhere', 404],
  ])('come with %s', async (_name, url, status) => {
    const { statusCode, headers } = await appWithHeaders().inject(url);
    expect(statusCode).toBe(status);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    // Browsers would keep it for a name that is served without TLS.
    expect(headers).not.toHaveProperty('strict-transport-security');
  });

  it('are replaced by what a route says itself', async () => {
    const { headers } = await appWithHeaders().inject('/framed');
    expect(headers['content-security-policy']).toBe("default-src 'self'");
  });
});
