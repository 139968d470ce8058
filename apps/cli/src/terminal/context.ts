import { connect, localServer, type Rondel } from '@rondel/client';
import pico from 'picocolors';
import { loginToken } from '../access/login-token.js';
import { trustingFetch } from './trusting-fetch.js';

export type Colors = ReturnType<typeof pico.createColors>;

/** Where a command writes and where it gets its surroundings from. */
export interface Terminal {
  readonly environment: NodeJS.ProcessEnv;
  /** What is typed, opened when somebody reads it; absent where nobody types. */
  readonly stdin?: () => NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Aborted when the person presses Ctrl-C or the process is asked to end. */
  readonly signal: AbortSignal;
  /** Aborted when that is asked for a second time, later than by accident. */
  readonly haste?: AbortSignal;
}

export interface GlobalOptions {
  readonly json?: boolean;
  readonly server?: string;
  readonly token?: string;
  readonly ca?: string;
}

/** What every command works with. */
export interface Context extends Terminal {
  /** One JSON document, or JSON lines, on standard output and nothing else. */
  readonly json: boolean;
  readonly colors: Colors;
  /** Columns of the terminal; absent where the output goes elsewhere, which nobody has to fold. */
  readonly width: number | undefined;
  /** A line for people on standard output; nothing with `--json`. */
  readonly print: (line?: string) => void;
  /** A line for people on standard error, for what is on its way; nothing with `--json`. */
  readonly note: (line: string) => void;
  /** The JSON document on standard output; nothing without `--json`. */
  readonly printJson: (document: unknown) => void;
  /** Address of the API, as it was given. */
  readonly server: string;
  /** With which it is asked; undefined for that of Node.js. */
  readonly transport: () => typeof fetch | undefined;
  readonly client: () => Rondel;
  /** What it shows to be let in; undefined where nothing is known. */
  readonly token: () => Promise<string | undefined>;
}

export const defaultServer = 'http://127.0.0.1:7420';

export function createContext(terminal: Terminal, options: GlobalOptions): Context {
  const { environment, stdout, stderr } = terminal;
  const json = options.json === true;
  const server = options.server ?? environment.RONDEL_URL ?? defaultServer;
  const ca = options.ca ?? (environment.RONDEL_CA || undefined);
  const given = options.token ?? (environment.RONDEL_TOKEN || undefined);
  const named = () => given ?? loginToken(server, environment);
  const transport = () => (ca === undefined ? undefined : trustingFetch(ca));
  return {
    ...terminal,
    json,
    server,
    transport,
    colors: pico.createColors(wantsColor(terminal)),
    width: stdout.isTTY === true ? stdout.columns : undefined,
    print(line = '') {
      if (!json) stdout.write(`${line}\n`);
    },
    note(line) {
      if (!json) stderr.write(`${line}\n`);
    },
    printJson(document) {
      if (json) stdout.write(`${JSON.stringify(document)}\n`);
    },
    client: () =>
      connect({
        url: server,
        token: named(),
        project: environment.RONDEL_PROJECT || undefined,
        submitter: environment.RONDEL_SUBMITTER || undefined,
        fetch: transport(),
      }),
    token: async () => {
      const token = named();
      if (token !== undefined) return typeof token === 'function' ? token() : token;
      return URL.canParse(server) ? localServer(server)?.token : undefined;
    },
  };
}

/** https://no-color.org and https://force-color.org */
function wantsColor({ environment, stdout }: Terminal): boolean {
  if (environment.NO_COLOR) return false;
  if (environment.FORCE_COLOR) return true;
  return stdout.isTTY === true && environment.TERM !== 'dumb';
}
