import { describe, expect, it } from 'vitest';
import { trustedProxies } from './trusted-proxies.js';

describe('trusted proxies', () => {
  it('are the addresses and networks that were named, however the system writes them', () => {
    const isTrusted = trustedProxies(['10.0.0.5', '192.168.4.0/30', 'fd00::/16']);
    expect(
      ['10.0.0.5', '::ffff:10.0.0.5', '192.168.4.3', 'fd00::1', 'fd00::2%eth0'].filter((at) => !isTrusted(at)),
    ).toEqual([]);
    expect(
      ['10.0.0.6', '192.168.4.4', 'fe80::1', '::1', '127.0.0.1', '', 'unknown', undefined].filter(isTrusted),
    ).toEqual([]);
    expect(trustedProxies([])('127.0.0.1')).toBe(false);
  });

  it.each(['proxy.lab', '10.0.0.5/33', '10.0.0.0/0', '::/0', 'fd00::/129', '10.0.0.5/', '', '10.0.0.5:80'])(
    'are not %j',
    (text) => {
      expect(() => trustedProxies([text])).toThrow('--trusted-proxy');
    },
  );
});
