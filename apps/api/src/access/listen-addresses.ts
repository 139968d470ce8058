import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** One address under which a listening API can be reached. */
export interface ListenAddress {
  /** Name of the network interface, such as `eth0`; absent where one address or name was asked for. */
  readonly interface?: string;
  readonly url: string;
}

/** What an API speaks. */
export type Scheme = 'http' | 'https';

/** `0.0.0.0` and `::` stand for every interface of this machine, which are then told one by one. */
export function listenAddresses(host: string, port: number, scheme: Scheme = 'http'): ListenAddress[] {
  if (host !== '0.0.0.0' && host !== '::') return [{ url: urlOf(host, port, scheme) }];
  return Object.entries(interfacesHere()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, scopeid }) => (family === 'IPv4' ? true : host === '::' && !scopeid))
      .map(({ address }) => ({ interface: name, url: urlOf(address, port, scheme) })),
  );
}

/** None where the system does not let this process see them, as under a unit without AF_NETLINK. */
function interfacesHere(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR') return {};
    throw error;
  }
}

export function urlOf(host: string, port: number, scheme: Scheme = 'http'): string {
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
