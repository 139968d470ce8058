import { luaScript } from '../lua/lua-script.js';
import { asNumber, asWords } from '../lua/answers.js';

/** `prefix` is what all keys of the index begin with; see `index.lua`. */
const keys = ['prefix'] as const;
const limits = ['mostBytes', 'mostAgeMs', 'mostResults'] as const;

export const claimResult = luaScript('results/claim.lua', {
  keys,
  args: ['key', 'slot', 'token', 'leaseMs'],
  read: asWords,
});

export const renewResult = luaScript('results/renew.lua', {
  keys,
  args: ['key', 'token', 'leaseMs'],
  read: asNumber,
});

export const releaseResult = luaScript('results/release.lua', {
  keys,
  args: ['key', 'token', 'channel'],
  read: asNumber,
});

export const keepResult = luaScript('results/keep.lua', {
  keys,
  args: ['key', 'token', 'channel', 'slot', 'family', 'maxsize', 'bytes', ...limits],
  rest: true,
  read: asWords,
});

export const dropResult = luaScript('results/drop.lua', {
  keys,
  args: ['key', 'document', 'reason'],
  read: asNumber,
});

export const trimResults = luaScript('results/trim.lua', { keys, args: limits, read: asWords });

export const emptyResults = luaScript('results/empty.lua', { keys, args: ['family'], read: asNumber });
