import { asNumber, asWord, asYesOrNo } from '../redis/answers.js';
import { luaScript } from '../redis/lua-script.js';
import { creationArgs, creationConstants, creationKeys } from '../transitions/create.js';

export const openAlgorithmScript = luaScript('algorithms/open.lua', {
  keys: ['algorithm', 'algorithms', 'builds', 'idempotency'],
  args: ['id', 'created', 'mostAlgorithms', 'fields', 'idempotencySeconds'],
  read: asWord,
});

export const putScript = luaScript('algorithms/put.lua', {
  keys: ['algorithm', 'tickets', 'idempotency', ...creationKeys],
  args: ['token', 'now', 'idempotencySeconds', 'mostTickets', 'algorithmId', ...creationArgs, 'channel', 'mark'],
  constants: creationConstants,
  read: asWord,
});

export const takeScript = luaScript('algorithms/take.lua', {
  keys: ['algorithm', 'tickets', 'idempotency'],
  args: ['token', 'now', 'idempotencySeconds', 'ticket', 'id', 'channel'],
  read: asWord,
});

export const lockScript = luaScript('algorithms/lock.lua', {
  keys: ['algorithm'],
  args: ['token', 'now', 'newToken', 'lockMs'],
  read: asWord,
});

export const unlockScript = luaScript('algorithms/unlock.lua', {
  keys: ['algorithm'],
  args: ['token', 'now'],
  read: asWord,
});

export const closeScript = luaScript('algorithms/close.lua', {
  keys: ['algorithm'],
  args: ['token', 'now', 'id', 'channel', 'usedAt'],
  read: asWord,
});

export const bindScript = luaScript('algorithms/bind.lua', {
  keys: ['algorithm', 'nextBuilds', 'builds'],
  args: ['worker', 'nextWorker', 'id'],
  read: asNumber,
});

export const noteStateScript = luaScript('algorithms/note-state.lua', {
  keys: ['algorithm', 'builds'],
  args: ['worker', 'state', 'id', 'failure'],
  read: asYesOrNo,
});
