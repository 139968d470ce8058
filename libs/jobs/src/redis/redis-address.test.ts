import { describe, expect, it } from 'vitest';
import { namedRedis, redisAddress, withoutPassword } from './redis-address.js';

describe('addresses of Redis', () => {
  it('O15: leads to one server, with its user, password and database', () => {
    expect(redisAddress('redis://lab:p%40ss@h:7000/3').options).toMatchObject({
      host: 'h',
      port: 7000,
      username: 'lab',
      password: 'p@ss',
      db: 3,
    });
    expect(redisAddress('redis://:secret@[::1]').options).toMatchObject({
      host: '::1',
      port: 6379,
      password: 'secret',
    });
    expect(redisAddress('rediss://h').options).toMatchObject({ host: 'h', tls: {} });
    expect(redisAddress('valkey://h').options).toMatchObject({ host: 'h', port: 6379, db: 0 });
    expect(redisAddress('unix:///run/redis.sock?db=2').options).toMatchObject({ path: '/run/redis.sock', db: 2 });
  });

  it('O15: leads to Sentinels, with the name of the primary, its login and theirs', () => {
    const { options, text } = redisAddress('redis+sentinel://lab:p@a:1,b,[::1]:3/main/2?sentinelPassword=w%26');
    expect(options).toMatchObject({
      name: 'main',
      db: 2,
      username: 'lab',
      password: 'p',
      sentinelPassword: 'w&',
      sentinels: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26379 },
        { host: '::1', port: 3 },
      ],
    });
    expect(options).not.toHaveProperty('tls');
    expect(text).toBe('redis+sentinel://a:1,b:26379,[::1]:3/main/2');
    expect(redisAddress('rediss+sentinel://a/main').options).toMatchObject({
      tls: {},
      sentinelTLS: {},
      enableTLSForSentinelMode: true,
    });
  });

  it('O15: takes the login of Sentinels from the environment, which an address without them does not need', () => {
    const login = { REDIS_SENTINEL_USERNAME: 'u', REDIS_SENTINEL_PASSWORD: 'p&q' };
    const named = namedRedis({ REDIS_URL: 'redis+sentinel://a/main', ...login }) ?? '';
    expect(redisAddress(named).options).toMatchObject({ sentinelUsername: 'u', sentinelPassword: 'p&q' });
    const own = namedRedis({ REDIS_URL: 'redis+sentinel://a/main?sentinelPassword=own', ...login }) ?? '';
    expect(redisAddress(own).options).toMatchObject({ sentinelUsername: 'u', sentinelPassword: 'own' });
    expect(namedRedis({ REDIS_URL: 'redis://a', ...login })).toBe('redis://a');
    expect(namedRedis({ REDIS_URL: '' })).toBeUndefined();
  });

  it.each([
    ['localhost:6379', /no such address/],
    ['http://h', /begins with http/],
    ['redis://a:1,b:2', /names 2 servers/],
    ['redis://h:99999', /Port 99999/],
    ['redis://h/main', /database is a number/],
    ['redis://h?lazyConnect=true', /Behind the question mark/],
    ['redis://', /lacks a host/],
    ['redis+sentinel://a:1', /name by which the Sentinels know/],
    ['redis+sentinel://a/main/x', /database is a number/],
    ['redis-sentinel://a/0#main', /redis\+sentinel:\/\//],
    ['sentinel://a;sentinel://b', /redis\+sentinel:\/\//],
    ['redis-cluster://a,b', /Redis Cluster/],
    ['redis+cluster://a,b', /Redis Cluster/],
    ['redis://:100%@h', /percent-encoded/],
  ])('O15: refuses %s with what is wrong and the forms that there are', (url, because) => {
    const asked = () => redisAddress(url);
    expect(asked).toThrow(because);
    expect(asked).toThrow(/REDIS_URL reads redis:\/\/.*redis\+sentinel:/);
  });

  it.each(['redis://:se/cret@h', 'redis://:se?cret@h', 'redis://:se#cret@h', 'redis://lab:secret@h,i'])(
    'O15: keeps what may be a password out of the refusal of %s',
    (url) => {
      expect(() => withoutPassword(url)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }) as Error);
      expect(() => withoutPassword(url)).not.toThrow(/cret/);
    },
  );
});
