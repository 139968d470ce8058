// A BullMQ worker in a process of its own whose processor does nothing. Answers 'count' with how many jobs it has done.
import { Worker } from 'bullmq';

const [url, queue, concurrency] = process.argv.slice(2);
let done = 0;
const worker = new Worker(queue, async () => 1, {
  connection: { url, maxRetriesPerRequest: null },
  concurrency: Number(concurrency),
});
worker.on('completed', () => (done += 1));
worker.on('error', (error) => console.error(error.message));
await worker.waitUntilReady();
process.on('message', () => process.send(done));
process.send('ready');
process.once('disconnect', () => process.exit());
