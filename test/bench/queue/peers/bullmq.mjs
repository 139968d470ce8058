import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { FlowProducer, Queue, QueueEvents } from 'bullmq';

const script = fileURLToPath(new URL('bullmq-worker.mjs', import.meta.url));
const queueName = 'bare';
const cleanUp = { removeOnComplete: true, removeOnFail: true };

/** BullMQ alone: jobs without content, a worker process that does nothing with them, and the event that they are done. */
export async function startBare(redisUrl, concurrency) {
  const child = fork(script, [redisUrl, queueName, String(concurrency)]);
  await once(child, 'message');
  const connection = { url: redisUrl };
  const queue = new Queue(queueName, { connection });
  const flows = new FlowProducer({ connection });
  const events = new QueueEvents(queueName, { connection });
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  const finished = new Map();
  events.on('completed', ({ jobId }) => finished.get(jobId)?.());
  const waitFor = (jobId) =>
    new Promise((resolve) =>
      finished.set(jobId, () => {
        finished.delete(jobId);
        resolve();
      }),
    );
  let count = 0;
  const nextId = () => `bare-${(count += 1)}`;
  return {
    pid: child.pid,
    async job() {
      const jobId = nextId();
      const end = waitFor(jobId);
      await queue.add('job', {}, { jobId, ...cleanUp });
      await end;
    },
    async flow(children) {
      const jobId = nextId();
      const end = waitFor(jobId);
      const leaf = () => ({ name: 'child', queueName, data: {}, opts: cleanUp });
      await flows.add({
        name: 'parent',
        queueName,
        data: {},
        opts: { jobId, ...cleanUp },
        children: Array.from({ length: children }, leaf),
      });
      await end;
    },
    async stop() {
      await Promise.all([queue.close(), flows.close(), events.close()]);
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
