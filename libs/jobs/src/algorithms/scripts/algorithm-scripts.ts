import { asNumber, asWord, asYesOrNo } from '../../lua/answers.js';
import { quotaConstants } from '../../quotas/quota-constants.js';
import { keys } from '../../redis/keys.js';
import { luaScript } from '../../lua/lua-script.js';
import { creationArgs, creationConstants, creationKeys } from '../../transitions/job/create.js';

export const openAlgorithmScript = luaScript('algorithms/scripts/open.lua', {
  keys: ['algorithm', 'algorithms', 'builds', 'idempotency'],
  args: ['id', 'created', 'mostAlgorithms', 'fields', 'idempotencySeconds'],
  constants: { ...quotaConstants, algorithmPrefix: keys.algorithm('') },
  read: asWord,
});

export const putScript = luaScript('algorithms/scripts/put.lua', {
  keys: ['algorithm', 'tickets', 'idempotency', ...creationKeys],
  args: ['token', 'now', 'idempotencySeconds', 'mostTickets', 'algorithmId', ...creationArgs, 'channel', 'mark'],
  constants: creationConstants,
  read: asWord,
});

export const takeScript = luaScript('algorithms/scripts/take.lua', {
  keys: ['algorithm', 'tickets', 'idempotency'],
  args: ['token', 'now', 'idempotencySeconds', 'ticket', 'id', 'channel'],
  read: asWord,
});

export const lockScript = luaScript('algorithms/scripts/lock.lua', {
  keys: ['algorithm'],
  args: ['token', 'now', 'newToken', 'lockMs'],
  read: asWord,
});

export const unlockScript = luaScript('algorithms/scripts/unlock.lua', {
  keys: ['algorithm'],
  args: ['token', 'now'],
  read: asWord,
});

export const closeScript = luaScript('algorithms/scripts/close.lua', {
  keys: ['algorithm'],
  args: ['token', 'now', 'id', 'channel', 'usedAt'],
  read: asWord,
});

export const bindScript = luaScript('algorithms/scripts/bind.lua', {
  keys: ['algorithm', 'nextBuilds', 'builds'],
  args: ['worker', 'nextWorker', 'id'],
  read: asNumber,
});

export const noteStateScript = luaScript('algorithms/scripts/note-state.lua', {
  keys: ['algorithm', 'builds'],
  args: ['worker', 'state', 'id', 'failure'],
  read: asYesOrNo,
});
