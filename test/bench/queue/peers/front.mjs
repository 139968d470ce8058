import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openRest } from '../rest.mjs';

const frontScript = fileURLToPath(new URL('fastify-front.mjs', import.meta.url));
const workerScript = fileURLToPath(new URL('bullmq-worker.mjs', import.meta.url));
const queueName = 'fronted';
const lookEveryMs = 20;

/** A bare Fastify front on BullMQ with an empty processor, front and worker a process each. */
export async function startFront(redisUrl, concurrency) {
  const worker = fork(workerScript, [redisUrl, queueName, String(concurrency)]);
  await once(worker, 'message');
  const front = fork(frontScript, [redisUrl, queueName]);
  const [url] = await once(front, 'message');
  const rest = openRest(url, 256);
  const count = async () => {
    worker.send('count');
    const [done] = await once(worker, 'message');
    return done;
  };
  return {
    pids: { front: front.pid, worker: worker.pid },
    submit: (text) => rest.post('/jobs', text),
    /** Resolves when so many more jobs have been done than `before`. */
    async done(before, jobs) {
      while ((await count()) - before < jobs) await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    },
    count,
    async stop() {
      rest.close();
      for (const child of [front, worker]) {
        child.disconnect();
        await once(child, 'exit');
      }
    },
  };
}
