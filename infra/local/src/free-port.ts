import { createServer } from 'node:net';
import { RondelError } from '@rondel/contracts';

/** A TCP port of the loopback interface that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return listenBriefly(0);
}

/** Throws `CONFLICT` when something listens on this port of `host` already. */
export async function requireFreePort(port: number, host: string): Promise<void> {
  try {
    await listenBriefly(port, host);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      throw new RondelError(
        'CONFLICT',
        `Port ${port} of ${host} is taken by another program. Choose another with --port, or stop the other one.`,
        { cause: error, details: { port } },
      );
    }
    if (code === 'EACCES') {
      throw new RondelError(
        'CONFLICT',
        `Port ${port} may not be opened by this user. Choose one above 1023 with --port.`,
        {
          cause: error,
          details: { port },
        },
      );
    }
    throw error;
  }
}

function listenBriefly(port: number, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
