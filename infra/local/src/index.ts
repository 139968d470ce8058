export { findOnPath } from './executable.js';
export { freePort, requireFreePort } from './free-port.js';
export {
  onParentGone,
  reportToParent,
  superviseProgram,
  type ChildFacts,
  type ChildReport,
  type ProgramChild,
} from './program-child.js';
export { rulesOfApi, rulesOfWorker } from '@rondel/jobs/redis-acl';
export { namedRedis, redisReach, withoutPassword } from '@rondel/jobs/redis-address';
export { probeRedis, requireUsable } from './redis-probe.js';
export { ensureRedisProgram, findRedisProgram } from './redis-program.js';
export { runningRedis, type RedisRecord } from './redis-record.js';
export { ensureRedis, type AvailableRedis, type EnsureRedisOptions } from './redis.js';
export { supervise, type SupervisedProcess, type Supervision } from './supervision.js';
