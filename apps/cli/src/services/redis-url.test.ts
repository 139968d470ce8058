import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { redisEnvironment, safeRedis } from './redis-url.js';
import { trustOf } from './signing.js';
import { stateFolders } from './state-folder.js';

describe('a Redis on another machine', () => {
  it.each([
    ['redis://:secret@lab', 'rediss://:secret@lab'],
    ['redis+sentinel://a:26379,b:26379/mymaster', 'rediss+sentinel://a:26379,b:26379/mymaster'],
  ])('is used with TLS, or with a word that says what it means: %s', (open, encrypted) => {
    const refused = () => safeRedis({ REDIS_URL: open });
    expect(refused).toThrow(/is not encrypted.*rediss:\/\/.*--insecure-redis/);
    expect(refused).not.toThrow('secret');
    expect(safeRedis({ REDIS_URL: encrypted })).toBe(encrypted);
    expect(safeRedis({ REDIS_URL: open, RONDEL_INSECURE_REDIS: '1' })).toBe(open);
  });

  it('is known by the authority that --redis-ca or REDIS_CA names, unless its address names another', () => {
    const at = (redisUrl: string, redisCa?: string) =>
      safeRedis(redisEnvironment({ ...(redisCa && { redisCa }) }, { REDIS_URL: redisUrl, REDIS_CA: '/env/ca.pem' }));
    const folder = mkdtempSync(join(tmpdir(), 'rondel-ca-'));
    const own = join(folder, 'own ca.pem');
    writeFileSync(own, 'a certificate');
    const encoded = encodeURIComponent(own).replaceAll('%20', '+');
    expect(at('rediss://lab/1', own)).toBe(`rediss://lab/1?ca=${encoded}`);
    expect(at(`rediss://lab?ca=${encoded}`)).toBe(`rediss://lab?ca=${encoded}`);
    expect(at('redis://127.0.0.1:6379')).toBe('redis://127.0.0.1:6379');
    rmSync(folder, { recursive: true });
  });

  it('is believed by no worker that trusts no key, but with a word that says what it means', () => {
    const at = (redisUrl: string) => ({ folders: stateFolders({}, '/nowhere/rondel'), redisUrl });
    expect(() => trustOf({}, {}, at('rediss://lab'))).toThrow(/--trust-key.*--insecure-no-warrants/);
    expect(trustOf({ insecureNoWarrants: true }, {}, at('rediss://lab'))).toBeUndefined();
    expect(trustOf({ trustKey: ['keys'] }, {}, at('rediss://lab'))).toEqual(['keys']);
    expect(trustOf({}, {}, at('redis://127.0.0.1'))).toBeUndefined();
  });
});
