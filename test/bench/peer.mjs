// scikit-image's iradon in a process of its own, one backprojection per request.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('iradon_peer.py', import.meta.url));
const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/** `{ version, seconds(), close() }`, or `{ missing }` with the reason when the peer cannot run here. */
export async function startPeer({ size, angles }) {
  const python = process.env.PYTHON ?? 'python3';
  const child = spawn(python, [script, String(size), String(angles)], { env: { ...process.env, ...oneThread } });
  let complaint = '';
  child.on('error', (error) => (complaint = error.message));
  child.stdin.on('error', () => undefined); // reported through the output that ends
  child.stderr.on('data', (text) => (complaint += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) return { missing: `${python}: ${complaint.trim().split('\n').at(-1)}` };
  return {
    version: first.value,
    async seconds() {
      child.stdin.write('run\n');
      const answer = await lines.next();
      if (answer.done) throw new Error(`scikit-image stopped: ${complaint.trim()}`);
      return Number(answer.value);
    },
    close: () => child.stdin.end(),
  };
}
