import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** The names under which this API may be called, and the other sites whose pages may call it. */
export interface Access {
  /** Whether a `Host` header, port included or not, names this API. */
  readonly isOwnHost: (host: string) => boolean;
  /** Origins such as `https://lab.example.org` whose pages may make changes; exact, without a path. */
  readonly origins: readonly string[];
}

export interface AccessOptions {
  /** Address that the API listens on. @default 127.0.0.1 */
  readonly host?: string | undefined;
  /** Names or addresses beside its own under which the API is called, without ports. @default none */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Origins such as `https://lab.example` whose pages may use the API. @default none */
  readonly allowedOrigins?: readonly string[] | undefined;
}

/**
 * Loopback names always; where the API listens beyond loopback, also this machine's own name and any address, be it that
 * of a machine which passes connections on: a page called by an address is one that lies there, so only names can be
 * made to point here by somebody else.
 */
export function openAccess({ host = '127.0.0.1', allowedHosts = [], allowedOrigins = [] }: AccessOptions): Access {
  const named = new Set([host, ...allowedHosts].map(plainName));
  const isWide = !isLoopback(host);
  return {
    isOwnHost(text) {
      const name = plainName(withoutPort(text));
      return isLoopback(name) || named.has(name) || (isWide && (isIP(name) !== 0 || name === plainName(hostname())));
    },
    origins: allowedOrigins,
  };
}

/** `localhost`, names below it (RFC 6761), 127.0.0.0/8 and ::1. */
export function isLoopback(host: string): boolean {
  const name = plainName(host);
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}

/**
 * Whether a page of this origin is the API's own: it names the same host and port as the request. A page that came without
 * TLS may have been written by anybody on the way, so it is none of an API that was asked with TLS (`isSecure`).
 */
export function isSameOrigin(origin: string, host: string, isSecure = false): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || (isSecure && url.protocol !== 'https:')) return false;
  const request = `${url.protocol}//${host}`;
  return URL.canParse(request) && new URL(request).host === url.host;
}

/** Lower case, without brackets, zone or the dot that ends a full name. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '')
    .replace(/\.$/, '');
}

function withoutPort(host: string): string {
  return host.replace(/:\d*$/, (port, at: number) => (host.startsWith('[') || host.indexOf(':') === at ? '' : port));
}
