import { createHash } from 'node:crypto';
import { maxWarnings } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { curveLua } from './curve-lua.js';
import { jobIndexLua } from './job-index-lua.js';
import { lineLua } from './line-lua.js';
import { putLegsLua } from './put-legs-lua.js';

/** A Lua script that changes a job in one step, so that no two processes can disagree about its state. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

type Argument = string | number;

export function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

export async function runScript(
  redis: Redis,
  { lua, sha }: Script,
  call: { readonly keys: readonly string[]; readonly args: readonly Argument[] },
): Promise<unknown> {
  const operands = [call.keys.length, ...call.keys, ...call.args] as const;
  try {
    return await redis.evalsha(sha, ...operands);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return redis.eval(lua, ...operands);
    throw error;
  }
}

// All scripts take KEYS[1] = job hash, KEYS[2] = event stream and, where they need them, the indexes after that.
// A job runs in stages, a stage in one or more blocks; the fields of a block begin with `b:<stage>.<block>:`.
const prelude = `
local function ended(state) return state == 'completed' or state == 'failed' or state == 'cancelled' end
local function tell(stream, kind, data)
  redis.call('XADD', stream, 'MAXLEN', '~', 1000, '*', 'type', kind, 'data', data)
end
local function news(channel, id) redis.call('PUBLISH', channel, id) end
local function stateEvent(state, attempt) return cjson.encode({ state = state, attempt = tonumber(attempt) }) end
local function field(name) return redis.call('HGET', KEYS[1], name) end
local function blockOf(leg) return 'b:' .. leg .. ':' end
-- Adds to what the job is warned of, and tells what is new.
local function warn(stream, text)
  if text == '' then return end
  local heard = cjson.decode(field('warnings') or '[]')
  local known = {}
  local function key(each)
    return table.concat({ each.code, each.step or '', each.path or '', each.message }, '\\n')
  end
  for _, each in ipairs(heard) do known[key(each)] = true end
  for _, each in ipairs(cjson.decode(text)) do
    if not known[key(each)] and #heard < ${maxWarnings} then
      known[key(each)] = true
      heard[#heard + 1] = each
      tell(stream, 'warning', cjson.encode(each))
    end
  end
  if #heard > 0 then redis.call('HSET', KEYS[1], 'warnings', cjson.encode(heard)) end
end
-- Whether this attempt at this leg is the one that counts.
local function counts(leg, attempt)
  return field('state') == 'active' and field(blockOf(leg) .. 'state') == 'active'
    and field(blockOf(leg) .. 'attempt') == attempt
end
${jobIndexLua}${lineLua}`;

// Warnings that a job has before it runs, see `JobHead`.
const warnedLua = `
local function warnedBefore(head)
  return string.find(head, '"warnings":[', 1, true) and cjson.decode(head).warnings or {}
end
`;

/**
 * Writes a new job down; nobody can be waiting for news of it yet. `keys`: job, events, jobs, live. Returns the priority of
 * its legs.
 */
export const createJobLua = `${jobIndexLua}${lineLua}${warnedLua}
local function createJob(keys, job)
  redis.call('HSET', keys[1], 'head', job.head, 'work', job.work, 'attemptsPerRun', job.attempts, 'allowed', job.attempts,
    'state', 'queued', 'attempt', 0, 'base', 0, 'generation', 0, 'stage', 0, 'blocks', 1)
  redis.call('ZADD', keys[3], job.now, job.id)
  redis.call('ZADD', keys[4], job.now, job.id)
  indexJob(job.id, job.now, cjson.decode(job.head), 'queued')
  local turn = joinLine(job.id, cjson.decode(job.line))
  redis.call('HSET', keys[1], 'line', job.line, 'turn', turn)
  redis.call('XADD', keys[2], 'MAXLEN', '~', 1000, '*', 'type', 'state', 'data',
    cjson.encode({ state = 'queued', attempt = 0 }))
  local warned = warnedBefore(job.head)
  if #warned > 0 then redis.call('HSET', keys[1], 'warnings', cjson.encode(warned)) end
  for _, each in ipairs(warned) do redis.call('XADD', keys[2], '*', 'type', 'warning', 'data', cjson.encode(each)) end
  return turn
end
`;

/**
 * A new job with its first leg. A job that is there already stays as it is.
 * KEYS: job, events, jobs, live, idempotency or the job again. ARGV: id, now, line, head, work, attempts of a run, ttl,
 * what the keys of its queue begin with.
 * Returns the id and, of the job of this call, how many jobs come before it at its place.
 */
export const createScript = script(`${createJobLua}${putLegsLua}
local function standing()
  return { ARGV[1], redis.call('ZRANK', cjson.decode(ARGV[3]).waiting, ARGV[1]) or 0 }
end
if redis.call('EXISTS', KEYS[1]) == 1 then return standing() end
if KEYS[5] ~= KEYS[1] then
  local known = redis.call('GET', KEYS[5])
  if known then return { known } end
  redis.call('SET', KEYS[5], ARGV[1], 'EX', ARGV[7])
end
local turn = createJob(KEYS,
  { id = ARGV[1], now = ARGV[2], line = ARGV[3], head = ARGV[4], work = ARGV[5], attempts = ARGV[6] })
-- Erasing the job has to find it.
if KEYS[5] ~= KEYS[1] then redis.call('HSET', KEYS[1], 'idempotency', KEYS[5]) end
putLegs(ARGV[8], { job = ARGV[1], generation = 0, stage = 0, blocks = 1 }, turn, ARGV[2])
return standing()
`);

// An attempt at a leg begins. Returns its number (its fencing token) and the fields of `begunFields`, or a word that says why
// not.
const beginLua = `
local function begin(id, leg, generation, stage, worker, now, channel)
  local block = blockOf(leg)
  local job = redis.call('HMGET', KEYS[1], 'head', 'work', 'inputs', 'run', 'allowed', block .. 'allowed', 'state',
    'generation', 'stage', block .. 'state', block .. 'attempt', 'base', 'attempt')
  local state = job[7]
  if not state then return 'missing' end
  if ended(state) then return state end
  if job[8] ~= generation or job[9] ~= stage or job[10] == 'completed' then return 'stale' end
  local made = tonumber(job[11] or job[12])
  if made >= tonumber(job[6] or job[5]) then return { 'exhausted', made } end
  made = made + 1
  redis.call('HSET', KEYS[1], block .. 'attempt', made, block .. 'state', 'active', block .. 'worker', worker,
    'state', 'active', 'worker', worker, 'attempt', math.max(made, tonumber(job[13])))
  indexState(id, state, 'active')
  redis.call('HSETNX', KEYS[1], 'startedAt', now)
  if made > 1 then redis.call('HDEL', KEYS[1], block .. 'fraction', block .. 'steps') end
  takeTurn(id, KEYS[1])
  tell(KEYS[2], 'state', stateEvent('active', made))
  news(channel, id)
  return { made, { job[1], job[2], job[3], job[4], job[5], job[6] } }
end
`;

/** A worker starts an attempt at a leg. KEYS: job, events. ARGV: id, leg, generation, stage, worker, now, channel. */
export const beginScript = script(`${prelude}${beginLua}
return begin(unpack(ARGV))
`);

/**
 * Follows the script with which BullMQ gives a leg out. When none is left, takes away the marker that BullMQ leaves with each
 * leg, so that nobody is woken for nothing. Begins an attempt as `beginScript` does, unless other workers came in between.
 * KEYS: legs given out, the latest first; legs in the order of their priorities; legs that come before all of them; marker.
 * ARGV: lock, prefix of the queue's keys, patterns of the keys of a job and of its events, worker or '', now, channel.
 * Returns how many legs wait, and what beginning has answered, if it was done.
 */
export const takenScript = script(`${prelude}${beginLua}
local left = redis.call('ZCARD', KEYS[2]) + redis.call('LLEN', KEYS[3])
if left == 0 then redis.call('ZREM', KEYS[4], '0') end
local last = ARGV[5] ~= '' and redis.call('LINDEX', KEYS[1], 0)
if not last or redis.call('GET', ARGV[2] .. last .. ':lock') ~= ARGV[1] then return { left } end
local leg = cjson.decode(redis.call('HGET', ARGV[2] .. last, 'data'))
KEYS[1] = string.format(ARGV[3], leg.job)
KEYS[2] = string.format(ARGV[4], leg.job)
return { left, begin(leg.job, string.format('%d.%d', leg.stage, leg.block), string.format('%d', leg.generation),
  string.format('%d', leg.stage), ARGV[5], ARGV[6], ARGV[7]) }
`);

/** What `beginScript` reads of a job, in this order. Of many blocks nobody wants to read what the others have done. */
export function begunFields(leg: string): string[] {
  return ['head', 'work', 'inputs', 'run', 'allowed', `b:${leg}:allowed`];
}

/**
 * A running attempt reports. KEYS: job, events.
 * ARGV: id, leg, attempt, channel, progress or '', steps or '', log or '', start and length of the stage's share,
 * preview or '', warnings or '', points [iteration, residual] of the curve or ''.
 * Returns 1, or 0 when the attempt is no longer the one that counts and must stop.
 */
export const reportScript = script(`${prelude}${curveLua}
if not counts(ARGV[2], ARGV[3]) then return 0 end
local block = blockOf(ARGV[2])
if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], block .. 'steps', ARGV[6]) end
if ARGV[7] ~= '' then tell(KEYS[2], 'log', ARGV[7]) end
warn(KEYS[2], ARGV[11])
if ARGV[5] ~= '' then
  local progress = cjson.decode(ARGV[5])
  redis.call('HSET', KEYS[1], block .. 'fraction', progress.fraction)
  local stage = string.match(ARGV[2], '^(%d+)')
  local blocks = tonumber(field('blocks'))
  local sum = 0
  for index = 0, blocks - 1 do
    sum = sum + tonumber(field(blockOf(stage .. '.' .. index) .. 'fraction') or 0)
  end
  progress.fraction = tonumber(ARGV[8]) + tonumber(ARGV[9]) * sum / blocks
  local text = cjson.encode(progress)
  redis.call('HSET', KEYS[1], 'progress', text)
  tell(KEYS[2], 'progress', text)
end
if ARGV[10] ~= '' then
  redis.call('HSET', KEYS[1], 'preview', ARGV[10])
  tell(KEYS[2], 'preview', ARGV[10])
end
if ARGV[12] ~= '' then extendCurve(cjson.decode(ARGV[12])) end
if ARGV[5] ~= '' or ARGV[7] ~= '' or ARGV[10] ~= '' or ARGV[11] ~= '' then news(ARGV[4], ARGV[1]) end
return 1
`);

/**
 * An attempt gives its leg back. KEYS: job, events. ARGV: id, leg, attempt, channel, state, extra, error or ''.
 * 'extra' is 1 when the attempt shall not count (the worker was asked to leave), else 0. Returns 1, or 0 when stale.
 */
export const giveBackScript = script(`${prelude}
if not counts(ARGV[2], ARGV[3]) then return 0 end
local block = blockOf(ARGV[2])
local allowed = tonumber(field(block .. 'allowed') or field('allowed')) + tonumber(ARGV[6])
redis.call('HSET', KEYS[1], block .. 'state', ARGV[5], block .. 'allowed', allowed)
redis.call('HDEL', KEYS[1], block .. 'worker', block .. 'fraction')
if ARGV[7] ~= '' then redis.call('HSET', KEYS[1], 'lastError', ARGV[7]) end
if field('blocks') == '1' then
  indexState(ARGV[1], field('state'), ARGV[5])
  redis.call('HSET', KEYS[1], 'state', ARGV[5], 'allowed', allowed)
  redis.call('HDEL', KEYS[1], 'worker', 'progress', 'preview')
  local line = jobLine()
  if line then redis.call('ZADD', line.waiting, line.front, ARGV[1]) end
  tell(KEYS[2], 'state', stateEvent(ARGV[5], ARGV[3]))
end
news(ARGV[4], ARGV[1])
return 1
`);

/**
 * A leg that is not the job's last one has done its part, which is no event that anybody waits for. KEYS: job.
 * ARGV: leg, attempt, output, steps, stage.
 * Returns all fields of the job when it was the stage's last one, 1 when others are still missing, or 0 when stale.
 */
export const completeLegScript = script(`${prelude}
if not counts(ARGV[1], ARGV[2]) then return 0 end
local block = blockOf(ARGV[1])
redis.call('HSET', KEYS[1], block .. 'state', 'completed', block .. 'output', ARGV[3], block .. 'steps', ARGV[4],
  block .. 'fraction', 1)
local done = redis.call('HINCRBY', KEYS[1], blockOf(ARGV[5]) .. 'completed', 1)
return done == tonumber(field('blocks')) and redis.call('HGETALL', KEYS[1]) or 1
`);

/**
 * The next stage begins, with all of its legs. KEYS: job. ARGV: id, stage before, blocks of the next one, its inputs, its
 * line, 1 when the job has not had its turn there, now, what the keys of the stage's queue begin with. Returns the priority
 * of its legs, or 0 when it is not that stage's turn.
 */
export const advanceScript = script(`${prelude}${putLegsLua}
if field('state') ~= 'active' or field('stage') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'stage', ARGV[2] + 1, 'blocks', ARGV[3], 'inputs', ARGV[4])
local line = cjson.decode(ARGV[5])
local turn = ARGV[6] == '1' and joinLine(ARGV[1], line) or line.front
redis.call('HSET', KEYS[1], 'line', ARGV[5], 'turn', turn)
putLegs(ARGV[8], { job = ARGV[1], generation = field('generation'), stage = ARGV[2] + 1, blocks = ARGV[3] }, turn, ARGV[7])
return turn
`);

/**
 * A job ends, once. KEYS: job, events, live, unrecorded.
 * ARGV: id, leg or '' (whatever runs), attempt, channel, state, now, ttl, steps or '', channel of workers, news of the end,
 * warnings or '', then further fields and their values by turns. The warnings of a completed job are all that it has.
 * Returns all fields of the job, or 'stale' (another attempt has taken over), 'missing', or the state in which the job had
 * ended before.
 */
export const finishScript = script(`${prelude}
local state = field('state')
if not state then return 'missing' end
if ended(state) then return state end
if ARGV[2] ~= '' then
  local block = blockOf(ARGV[2])
  if field(block .. 'attempt') ~= ARGV[3] then return 'stale' end
  redis.call('HSET', KEYS[1], block .. 'state', ARGV[5])
  if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], block .. 'steps', ARGV[8]) end
end
indexState(ARGV[1], state, ARGV[5])
redis.call('HSET', KEYS[1], 'state', ARGV[5], 'finishedAt', ARGV[6], unpack(ARGV, 12))
warn(KEYS[2], ARGV[11])
-- What a lost attempt was warned of and no other is not of this image.
if ARGV[5] == 'completed' then
  if ARGV[11] == '' then redis.call('HDEL', KEYS[1], 'warnings') else redis.call('HSET', KEYS[1], 'warnings', ARGV[11]) end
end
leaveLine(ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('SADD', KEYS[4], ARGV[1])
tell(KEYS[2], 'state', stateEvent(ARGV[5], field('attempt')))
tell(KEYS[2], 'result', cjson.encode({ state = ARGV[5] }))
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('EXPIRE', KEYS[2], ARGV[7])
news(ARGV[4], ARGV[10])
-- Only then may others be running a part of it.
if ARGV[2] == '' or field('blocks') ~= '1' then news(ARGV[9], ARGV[1]) end
return redis.call('HGETALL', KEYS[1])
`);

/**
 * A job that has failed or was cancelled runs again, from its first stage. KEYS: job, events, live, unrecorded.
 * ARGV: id, channel, now, line. Returns the new generation, or the state that forbids it.
 */
export const retryScript = script(`${prelude}${warnedLua}
local state = field('state')
if not state then return 'missing' end
if state ~= 'failed' and state ~= 'cancelled' then return state end
local made = field('attempt')
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(name, 1, 2) == 'b:' then redis.call('HDEL', KEYS[1], name) end
end
redis.call('HDEL', KEYS[1], 'error', 'lastError', 'finishedAt', 'startedAt', 'worker', 'progress', 'inputs', 'warnings',
  'preview', 'curve')
indexState(ARGV[1], state, 'queued')
redis.call('HSET', KEYS[1], 'state', 'queued', 'stage', 0, 'blocks', 1, 'base', made,
  'allowed', made + field('attemptsPerRun'))
local warned = warnedBefore(field('head'))
if #warned > 0 then redis.call('HSET', KEYS[1], 'warnings', cjson.encode(warned)) end
redis.call('HINCRBY', KEYS[1], 'run', 1)
redis.call('PERSIST', KEYS[1])
redis.call('PERSIST', KEYS[2])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
redis.call('HSET', KEYS[1], 'line', ARGV[4], 'turn', joinLine(ARGV[1], cjson.decode(ARGV[4])))
redis.call('SREM', KEYS[4], ARGV[1])
tell(KEYS[2], 'state', stateEvent('queued', made))
news(ARGV[2], ARGV[1])
return redis.call('HINCRBY', KEYS[1], 'generation', 1)
`);

/**
 * The legs of a job that has not ended go to other queues. KEYS: job.
 * ARGV: the head that the caller has seen, the new head, the new line when legs that lie on a queue now are out of date,
 * else '', id, channel of workers. The job is the first of its lane there.
 * Returns 1, or 0 when the job has ended or somebody else was faster.
 */
export const moveScript = script(`${prelude}
local state = field('state')
if not state or ended(state) or field('head') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'head', ARGV[2])
news(ARGV[5], ARGV[4])
if ARGV[3] == '' then return 1 end
redis.call('HINCRBY', KEYS[1], 'generation', 1)
leaveLine(ARGV[4])
local line = cjson.decode(ARGV[3])
redis.call('ZADD', line.waiting, line.front, ARGV[4])
redis.call('HSET', KEYS[1], 'line', ARGV[3], 'turn', line.front)
return 1
`);

/**
 * The stage of a leg that runs becomes several. KEYS: job, events.
 * ARGV: id, leg, attempt, channel, the head that the caller has seen, the new head, the new work. Returns 1, or 0 when stale.
 */
export const divideScript = script(`${prelude}
if not counts(ARGV[2], ARGV[3]) or field('blocks') ~= '1' then return 0 end
-- Asked again by a caller that did not hear the answer.
if field('head') == ARGV[6] then return 1 end
if field('head') ~= ARGV[5] then return 0 end
redis.call('HSET', KEYS[1], 'head', ARGV[6], 'work', ARGV[7])
news(ARGV[4], ARGV[1])
return 1
`);

/**
 * A job that runs begins again from a stage, as the first of its lane there. KEYS: job, events.
 * ARGV: id, leg, attempt, channel, line, stage, head, work, 1 when the attempt shall not count, else 0, error or ''.
 * Tokens of later attempts are larger than those of all before. Returns 1, or 0 when stale.
 */
export const restartScript = script(`${prelude}
if not counts(ARGV[2], ARGV[3]) then return 0 end
local stage = tonumber(ARGV[6])
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  local block = string.match(name, '^b:(%d+)[.:]')
  if block and tonumber(block) >= stage then redis.call('HDEL', KEYS[1], name) end
end
local made = field('attempt')
indexState(ARGV[1], 'active', 'queued')
redis.call('HSET', KEYS[1], 'state', 'queued', 'stage', stage, 'blocks', 1, 'base', made,
  'allowed', tonumber(field('allowed')) + tonumber(ARGV[9]), 'head', ARGV[7], 'work', ARGV[8])
redis.call('HDEL', KEYS[1], 'worker', 'progress', 'preview')
if stage == 0 then redis.call('HDEL', KEYS[1], 'inputs') end
if ARGV[10] ~= '' then redis.call('HSET', KEYS[1], 'lastError', ARGV[10]) end
redis.call('HINCRBY', KEYS[1], 'generation', 1)
local line = cjson.decode(ARGV[5])
redis.call('ZADD', line.waiting, line.front, ARGV[1])
redis.call('HSET', KEYS[1], 'line', ARGV[5], 'turn', line.front)
tell(KEYS[2], 'state', stateEvent('queued', made))
news(ARGV[4], ARGV[1])
return 1
`);
