// What another library takes, in a process of its own, one run per request.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', NUMBA_NUM_THREADS: '1' };

/** `{ version, seconds(), close() }`, or `{ missing }` with the reason when the peer cannot run here. */
export async function startPeer(script, sizes) {
  const python = process.env.PYTHON ?? 'python3';
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(python, [file, ...sizes.map(String)], { env: { ...process.env, ...oneThread } });
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
      if (answer.done) throw new Error(`${script} stopped: ${complaint.trim()}`);
      return Number(answer.value);
    },
    close: () => child.stdin.end(),
  };
}
