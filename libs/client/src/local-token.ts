interface NodeGlobal {
  readonly process?: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly platform: string;
    /** Node.js' own modules, without an import that a browser would follow. */
    readonly getBuiltinModule?: ((name: 'os') => { homedir(): string }) &
      ((name: 'path') => { join(...parts: string[]): string }) &
      ((name: 'fs') => { readFileSync(path: string, encoding: 'utf8'): string });
  };
}

/** A server of this account on this machine, and what it lets its programs in with. */
export interface LocalServer {
  readonly token: string;
  /** As it was named, with its address in place of `localhost`. */
  readonly url: string;
}

/**
 * Where a server on this machine leaves a token for the programs of its own account: a file for each port, below
 * `XDG_STATE_HOME` or `~/.local/state`. Undefined for a server elsewhere, and in a browser.
 */
export function localTokenFile(url: string, { process }: NodeGlobal = globalThis as NodeGlobal): string | undefined {
  const { hostname, port, protocol } = new URL(url);
  if (process?.getBuiltinModule === undefined || !isLoopback(hostname)) return undefined;
  const folder = stateFolder(process);
  const number = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return folder && process.getBuiltinModule('path').join(folder, 'rondel', 'tokens', `${number}.json`);
}

function stateFolder({ env, getBuiltinModule }: NonNullable<NodeGlobal['process']>): string | undefined {
  const { XDG_STATE_HOME: state } = env;
  if (getBuiltinModule === undefined || (state !== undefined && state !== '')) return state;
  try {
    return getBuiltinModule('path').join(getBuiltinModule('os').homedir(), '.local', 'state');
  } catch {
    // The account has a number, but neither name nor home, as in some containers.
    return undefined;
  }
}

/**
 * The server of this account that a URL leads to; undefined where there is none. Its token goes to the address alone on which
 * that server listens: on another one of the same port anybody of this machine may, and `localhost` is several.
 */
export function localServer(url: string, { process }: NodeGlobal = globalThis as NodeGlobal): LocalServer | undefined {
  const file = localTokenFile(url, { ...(process && { process }) });
  const left = file === undefined ? undefined : readTokenFile(file, { ...(process && { process }) });
  const address = left && addressFor(new URL(url), left.address);
  return address === undefined || left === undefined ? undefined : { token: left.token, url: address };
}

/** What a server has left in a file; undefined where there is none that this account may read. */
export function readTokenFile(
  file: string,
  { process }: NodeGlobal = globalThis as NodeGlobal,
): { readonly token: string; readonly address: string } | undefined {
  if (process?.getBuiltinModule === undefined) return undefined;
  try {
    const found: unknown = JSON.parse(process.getBuiltinModule('fs').readFileSync(file, 'utf8'));
    if (typeof found !== 'object' || found === null || !('token' in found) || !('address' in found)) return undefined;
    const { token, address } = found;
    return typeof token === 'string' && typeof address === 'string' ? { token, address } : undefined;
  } catch {
    // There is none for this account; a server that wants one says so.
    return undefined;
  }
}

/** Where a server is asked that listens on an address; undefined if the URL may lead to another one. */
function addressFor(url: URL, address: string): string | undefined {
  const { hostname, protocol, href } = url;
  const base = href.replace(/\/+$/, '');
  if (hostname === 'localhost') {
    // The certificate says whether it is the right one, and has this name.
    return protocol === 'https:' ? base : base.replace('//localhost', `//${loopbackOf(address)}`);
  }
  const [isSame, isIPv4] = [hostname === bracketed(address), /^127\./.test(hostname)];
  return isSame || address === '::' || (address === '0.0.0.0' && isIPv4) ? base : undefined;
}

/** As a URL has it. */
function loopbackOf(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return bracketed(address === '::' ? '::1' : address);
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
