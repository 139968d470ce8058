/**
 * BullMQ and ioredis, as far as we use them. They consist of some 300 modules, whose opening takes Node.js a quarter of a
 * second in every process, so the build replaces this file in `dist` by one that has them all.
 */
export { Queue, QueueKeys, RedisConnection, RedisQueueBackend } from 'bullmq';
export { Redis } from 'ioredis';
