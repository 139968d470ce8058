import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { listenAddresses } from './listen-addresses.js';

describe('the addresses of an API', () => {
  it('H1: are the one that was asked for', () => {
    expect(listenAddresses('127.0.0.1', 7420)).toEqual([{ url: 'http://127.0.0.1:7420' }]);
    expect(listenAddresses('::1', 7420)).toEqual([{ url: 'http://[::1]:7420' }]);
  });

  it('H1: are those of every interface where it listens on all, by name', () => {
    const own = Object.entries(networkInterfaces()).flatMap(([name, list = []]) =>
      list.filter(({ family }) => family === 'IPv4').map(({ address }) => `${name} http://${address}:7420`),
    );
    const told = listenAddresses('0.0.0.0', 7420).map((address) => `${address.interface} ${address.url}`);
    expect(told).toEqual(own);
    expect(told.join()).toContain('http://127.0.0.1:7420');
  });
});
