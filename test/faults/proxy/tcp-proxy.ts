import { connect, createServer, type Socket } from 'node:net';

/** Stands between clients and a server on loopback, and spoils what they have. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection, as a router does that restarts. Returns how many there were. */
  cut(): number;
  /** What is sent from now on arrives so much later, in both directions; 0: at once. */
  delay(milliseconds: number): void;
  /** Nothing more goes over the connections that there are, and nobody is told, as when a machine dies. */
  silence(): void;
  /** Connections that are made from now on lead to another port, as when an address moves to another machine. */
  lead(target: number): void;
  close(): Promise<void>;
}

/** @param target Port of the server; connections are refused, by closing them, while nobody listens there. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const connections = new Set<readonly [Socket, Socket]>();
  let line: Line = { delayMs: 0, silent: false };
  let leadsTo = target;
  const server = createServer((client) => {
    const upstream = connect({ port: leadsTo, host: '127.0.0.1', noDelay: true });
    const both = [client, upstream] as const;
    connections.add(both);
    const end = () => {
      connections.delete(both);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of both) socket.on('error', end).on('close', end);
    forward(client, upstream, line);
    forward(upstream, client, line);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
    });
  });
  const cut = () => {
    const open = [...connections];
    for (const [client, upstream] of open) {
      client.resetAndDestroy();
      upstream.destroy();
    }
    return open.length;
  };
  return {
    port,
    cut,
    silence() {
      line.silent = true;
      line = { delayMs: line.delayMs, silent: false };
    },
    delay(milliseconds) {
      line.delayMs = milliseconds;
    },
    lead(to) {
      leadsTo = to;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      return closed;
    },
  };
}

interface Line {
  delayMs: number;
  silent: boolean;
}

interface Piece {
  readonly bytes: Buffer;
  readonly arrival: number;
}

/** Bytes never overtake each other, whatever the delay was when they came. */
function forward(from: Socket, to: Socket, line: Line): void {
  const underway: Piece[] = [];
  let timer: NodeJS.Timeout | undefined;
  from.on('data', (bytes) => {
    underway.push({ bytes, arrival: performance.now() + line.delayMs });
    if (timer === undefined) deliver();
  });
  const deliver = () => {
    timer = undefined;
    for (let next = underway[0]; next !== undefined; next = underway[0]) {
      const wait = next.arrival - performance.now();
      if (wait > 0) {
        timer = setTimeout(deliver, Math.ceil(wait));
        return;
      }
      underway.shift();
      pass(next.bytes);
    }
  };
  const pass = (bytes: Buffer) => {
    if (line.silent || to.destroyed || to.write(bytes)) return;
    from.pause();
    to.once('drain', () => from.resume());
  };
}
