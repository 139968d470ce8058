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

/**
 * Where a server on this machine leaves a token for the programs of its own account: a file for each port, below
 * `XDG_STATE_HOME` or `~/.local/state`. Undefined for a server elsewhere, and in a browser.
 */
export function localTokenFile(url: string, { process }: NodeGlobal = globalThis as NodeGlobal): string | undefined {
  const { hostname, port, protocol } = new URL(url);
  if (process?.getBuiltinModule === undefined || !isLoopback(hostname)) return undefined;
  const path = process.getBuiltinModule('path');
  const { XDG_STATE_HOME: state } = process.env;
  const folder =
    state === undefined || state === ''
      ? path.join(process.getBuiltinModule('os').homedir(), '.local', 'state')
      : state;
  const number = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return path.join(folder, 'rondel', 'tokens', `${number}.json`);
}

/** The token that a server on this machine has left; undefined where there is none. */
export function localToken(url: string, { process }: NodeGlobal = globalThis as NodeGlobal): string | undefined {
  const file = localTokenFile(url, { ...(process && { process }) });
  if (file === undefined || process?.getBuiltinModule === undefined) return undefined;
  try {
    const found: unknown = JSON.parse(process.getBuiltinModule('fs').readFileSync(file, 'utf8'));
    return typeof found === 'object' && found !== null && 'token' in found && typeof found.token === 'string'
      ? found.token
      : undefined;
  } catch {
    // There is none for this account; a server that wants one says so.
    return undefined;
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
