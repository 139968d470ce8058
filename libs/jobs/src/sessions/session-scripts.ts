import { asNumber, asWord, asYesOrNo } from '../lua/answers.js';
import { quotaConstants } from '../quotas/quota-constants.js';
import { keys } from '../redis/keys.js';
import { luaScript } from '../lua/lua-script.js';

/** See `session.lua`; `sessions` is the index of all by their ends, `sizes` has the bytes of each. */
const sessionKeys = ['session', 'log', 'snapshot', 'sessions', 'sizes'] as const;

/** An entry of the log. */
export type Entry = readonly [id: string, fields: readonly [name: string, text: string]];

export const createSession = luaScript('sessions/create.lua', {
  keys: sessionKeys,
  args: ['id', 'now', 'keptMs', 'mostSessions', 'text', 'about', 'project', 'submitter', 'mostBytes', 'mostBytesOfOne'],
  constants: { ...quotaConstants, sessionPrefix: keys.session('') },
  read: asWord,
});

export const readSession = luaScript('sessions/read.lua', {
  keys: sessionKeys,
  args: ['id', 'now', 'keptMs', 'known'],
  read: (answer) =>
    answer as
      | 'missing'
      | readonly [version: string, createdAt: string, from: string, snapshot: string, entries?: readonly Entry[]],
});

export const appendToSession = luaScript('sessions/append.lua', {
  keys: sessionKeys,
  args: ['id', 'now', 'keptMs', 'expected', 'record', 'channel', 'mostBytes', 'mostBytesOfOne'],
  read: (answer) => (Array.isArray(answer) ? answer.map(Number) : asWord(answer)),
});

export const compactSession = luaScript('sessions/compact.lua', {
  keys: sessionKeys,
  args: ['id', 'now', 'keptMs', 'version', 'text'],
  read: asNumber,
});

export const removeSession = luaScript('sessions/remove.lua', {
  keys: sessionKeys,
  args: ['id', 'channel'],
  read: asYesOrNo,
});
