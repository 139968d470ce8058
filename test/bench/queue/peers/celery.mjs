// Celery on the same Redis, its worker and its client in processes of their own, as a user of Python has them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** `{ version, pids, seconds(jobs), stop() }`, or `{ missing }` with the reason when Celery cannot run here. */
export async function startCelery(redisUrl, concurrency) {
  const python = process.env.PYTHON ?? 'python3';
  // A database of its own, as both would otherwise look at each other's keys.
  const env = { ...process.env, RONDEL_BENCH_REDIS: `${redisUrl}/1`, PYTHONDONTWRITEBYTECODE: '1' };
  const run = (args) => spawn(python, args, { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const worker = run(
    `-m celery -A celery_peer worker --concurrency ${concurrency} --loglevel ERROR --without-gossip --without-mingle`.split(
      ' ',
    ),
  );
  worker.on('error', () => undefined); // the client finds the same
  worker.stdout.resume();
  worker.stderr.resume();
  const client = run(['celery_peer.py']);
  let complaint = '';
  client.on('error', (error) => (complaint = error.message));
  client.stdin.on('error', () => undefined); // reported through the output that ends
  client.stderr.on('data', (text) => (complaint += text));
  const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
  const stop = async () => {
    client.stdin.end();
    if (worker.exitCode !== null || worker.pid === undefined) return;
    worker.kill('SIGTERM');
    await once(worker, 'exit');
  };
  const first = await lines.next();
  if (first.done) {
    await stop();
    return { missing: `${python}: ${complaint.trim().split('\n').at(-1)}` };
  }
  return {
    version: first.value,
    pids: { worker: worker.pid, client: client.pid },
    async seconds(jobs) {
      client.stdin.write(`${jobs}\n`);
      const answer = await lines.next();
      if (answer.done) throw new Error(`Celery stopped: ${complaint.trim()}`);
      return Number(answer.value);
    },
    stop,
  };
}
