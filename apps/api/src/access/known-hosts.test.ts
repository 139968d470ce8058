import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isSameOrigin, openAccess } from './known-hosts.js';

describe('the names of an API', () => {
  it('H2: are those of loopback, with any port', () => {
    const { isOwnHost } = openAccess({});
    const own = ['localhost', 'LOCALHOST.:7420', 'lab.localhost', '127.0.0.1:7420', '127.1.2.3', '[::1]:7420', '[::1]'];
    const others = [
      '',
      'evil.example',
      '127.0.0.1.evil.example',
      'localhost.evil.example:7420',
      '10.0.0.1',
      '1.27.0.0',
    ];
    expect(own.filter((host) => !isOwnHost(host))).toEqual([]);
    expect([...others, hostname().toUpperCase()].filter(isOwnHost)).toEqual([]);
  });

  it('H2: are also those that it was told, its own and every address where it listens to others', () => {
    const { isOwnHost } = openAccess({ host: '0.0.0.0', allowedHosts: ['Rondel.lab.example'] });
    expect(
      ['rondel.lab.example:443', `${hostname()}:7420`, '10.0.0.1', '[fe80::1%25eth0]:7420'].map(isOwnHost),
    ).toEqual(Array.from({ length: 4 }, () => true));
    expect(['lab.example', 'x.rondel.lab.example', '10.0.0.1.evil.example'].filter(isOwnHost)).toEqual([]);
  });

  it('H2: an origin is its own when it names the same host and port', () => {
    expect(isSameOrigin('http://127.0.0.1:7420', '127.0.0.1:7420')).toBe(true);
    expect(isSameOrigin('https://rondel.lab.example', 'rondel.lab.example')).toBe(true);
    expect(isSameOrigin('https://rondel.lab.example', 'rondel.lab.example', true)).toBe(true);
    expect(isSameOrigin('http://rondel.lab.example', 'rondel.lab.example', true)).toBe(false);
    const foreign = ['null', 'http://127.0.0.1:80', 'http://localhost:7420', 'file://', 'http://evil.example'];
    expect(foreign.filter((origin) => isSameOrigin(origin, '127.0.0.1:7420'))).toEqual([]);
  });
});
