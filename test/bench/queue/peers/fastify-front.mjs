// What one would write first: a Fastify route that puts the body on a BullMQ queue. Nothing is checked, recorded or fenced.
import { fastify } from 'fastify';
import { Queue } from 'bullmq';

const [url, queueName] = process.argv.slice(2);
const queue = new Queue(queueName, { connection: { url } });
const app = fastify();
app.post('/jobs', async (request, reply) => {
  const { id } = await queue.add('job', request.body, { removeOnComplete: true, removeOnFail: true });
  return reply.code(202).send({ id });
});
await queue.waitUntilReady();
process.send(await app.listen({ host: '127.0.0.1', port: 0 }));
process.once('disconnect', () => process.exit());
