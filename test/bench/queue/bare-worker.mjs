// The peer: a BullMQ worker in a process of its own whose processor does nothing.
import { Worker } from 'bullmq';

const [url, queue, concurrency] = process.argv.slice(2);
const worker = new Worker(queue, async () => 1, {
  connection: { url, maxRetriesPerRequest: null },
  concurrency: Number(concurrency),
});
worker.on('error', (error) => console.error(error.message));
await worker.waitUntilReady();
process.send('ready');
process.once('disconnect', () => process.exit());
