import { Writable } from 'node:stream';
import type { Terminal } from '../terminal/context.js';

/** A terminal that keeps what is written to it. */
export interface CapturedTerminal extends Terminal {
  readonly output: () => string;
  readonly errors: () => string;
}

export function capturedTerminal(options: Partial<Terminal> = {}): CapturedTerminal {
  const out: string[] = [];
  const err: string[] = [];
  return {
    environment: { RONDEL_URL: 'http://127.0.0.1:9' },
    signal: new AbortController().signal,
    ...options,
    stdout: collecting(out),
    stderr: collecting(err),
    output: () => out.join(''),
    errors: () => err.join(''),
  };
}

function collecting(chunks: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString('utf8'));
      done();
    },
  });
}
