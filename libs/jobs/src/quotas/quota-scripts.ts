import { setConstants } from '../index/set-constants.js';
import { lineConstants } from '../line/line-constants.js';
import { asNumber, asWords } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';
import { keys } from '../redis/keys.js';
import { quotaConstants } from './quota-constants.js';

export const letInScript = luaScript('quotas/let-in.lua', {
  keys: [],
  args: ['most'],
  constants: { ...lineConstants, ...quotaConstants, heldKey: keys.held },
  read: asWords,
});

export const recountScript = luaScript('quotas/recount.lua', {
  keys: [],
  args: [],
  constants: { ...setConstants, jobPrefix: keys.job('') },
  read: asNumber,
});

export const reserveScript = luaScript('quotas/reserve.lua', {
  keys: [],
  args: ['project', 'bytes'],
  constants: quotaConstants,
  read: (answer) => (answer === '' ? Infinity : Number(answer)),
});

export const useScript = luaScript('quotas/use.lua', {
  keys: ['sessions', 'algorithms'],
  args: ['project', 'submitter'],
  constants: { ...quotaConstants, sessionPrefix: keys.session(''), algorithmPrefix: keys.algorithm('') },
  read: asWords,
});
