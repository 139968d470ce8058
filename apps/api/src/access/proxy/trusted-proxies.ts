import { BlockList, isIP } from 'node:net';
import { RondelError } from '@rondel/contracts';

/** Whether a connection from an address is one of a reverse proxy whose headers are believed. */
export type IsTrusted = (address: string | undefined) => boolean;

/** Addresses, or networks such as `10.1.0.0/16`. Throws `INVALID_REQUEST` for what is neither, and for the whole world. */
export function trustedProxies(texts: readonly string[]): IsTrusted {
  const list = new BlockList();
  for (const text of texts) add(list, text);
  return (address) => {
    // An address of IPv6 has the name of its interface behind it.
    const plain = address?.replace(/%.*$/, '') ?? '';
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
  };
}

function add(list: BlockList, text: string): void {
  const [, address = '', bits] = /^([^/]+?)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  const length = bits === undefined ? most : Number(bits);
  if (family === 0 || length < 1 || length > most) {
    throw new RondelError(
      'INVALID_REQUEST',
      `--trusted-proxy ${text}: write the address of the proxy, such as 10.0.0.5, or a network in which nobody else is, such as 10.0.0.0/29.`,
    );
  }
  list.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6');
}
