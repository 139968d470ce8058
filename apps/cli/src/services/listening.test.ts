import { describe, expect, it } from 'vitest';
import { listening as listeningUnless, type AuthMode, type ListenOptions } from './listening.js';

const at = (host: string, more: Partial<ListenOptions> = {}): ListenOptions => ({
  host,
  allowHost: [],
  ...more,
});

const listening = (options: ListenOptions, environment: NodeJS.ProcessEnv, unlessGiven: AuthMode = 'none') =>
  listeningUnless(options, environment, unlessGiven);

describe('where an API listens', () => {
  it('H1: loopback needs no flag', () => {
    for (const host of ['127.0.0.1', '127.0.0.2', 'localhost', '::1']) {
      expect(listening(at(host), {})).toMatchObject({ host });
    }
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'lab-server', '127.0.0.1.example.org'])(
    'H1: %s is refused without a word that says what it means',
    (host) => {
      expect(() => listening(at(host), {})).toThrow(
        /nobody would have to log in: everybody who can reach.*--auth token.*--insecure-no-auth/,
      );
      expect(listening(at(host, { insecureNoAuth: true }), {})).toMatchObject({ host });
      expect(listening(at(host), { RONDEL_INSECURE_NO_AUTH: '1' })).toMatchObject({ host });
      expect(() => listening(at(host), { RONDEL_INSECURE_NO_AUTH: '' })).toThrow('--insecure-no-auth');
      expect(listening(at(host, { auth: 'token' }), {})).toMatchObject({ host, auth: 'token' });
      expect(listening(at(host), { RONDEL_AUTH: 'token' })).toMatchObject({ auth: 'token' });
      expect(() => listening(at(host), { RONDEL_AUTH: 'tokens' })).toThrow('must be one of none, token');
    },
  );

  it('wants to know who asks as it was told, else as the command has it', () => {
    const here = at('127.0.0.1');
    expect(listening(here, {}, 'token').auth).toBe('token');
    expect(listening(at('0.0.0.0'), {}, 'token').auth).toBe('token');
    expect(listening(here, { RONDEL_AUTH: 'none' }, 'token').auth).toBe('none');
    expect(listening(at('127.0.0.1', { auth: 'none' }), { RONDEL_AUTH: 'oidc' }, 'token').auth).toBe('none');
    expect(() => listening(at('0.0.0.0', { auth: 'none' }), {}, 'token')).toThrow('--insecure-no-auth');
    expect(listening(at('0.0.0.0', { insecureNoAuth: true }), {}, 'token').auth).toBe('none');
    expect(listening(at('0.0.0.0', { insecureNoAuth: true, auth: 'token' }), {}, 'token').auth).toBe('token');
  });

  it('H2: names come from options and the environment, and are looked at', () => {
    const environment = { RONDEL_ALLOW_HOSTS: 'a.example, b.example' };
    expect(listening(at('127.0.0.1', { allowHost: ['d.example'] }), environment)).toEqual({
      host: '127.0.0.1',
      auth: 'none',
      allowedHosts: ['d.example', 'a.example', 'b.example'],
    });
    expect(() => listening(at('127.0.0.1', { allowHost: ['http://a'] }), {})).toThrow('without http://');
  });
});
