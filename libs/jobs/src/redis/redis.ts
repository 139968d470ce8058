export { withRedis } from './connection.js';
export { redisFacts, requireUsable, type RedisFacts } from './redis-facts.js';
