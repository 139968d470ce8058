import { expect, it } from 'vitest';
import { kindOf } from './key-kinds.js';
import { asideOf, keyPrefix, keys } from './keys.js';

const channels: readonly string[] = [keys.news, keys.workerNews, keys.results];

it('says of every key of Rondel what it holds, and nothing of others', () => {
  const id = '01HZZZZZZZZZZZZZZZZZZZZZZZ';
  const all = Object.values(keys).map((name) => (typeof name === 'string' ? name : name(id, 'normal')));
  const unknown = all.filter((name) => !channels.includes(name) && kindOf(name) === undefined);
  expect(unknown).toEqual([]);
  const types = [keys.job(id), keys.events(id), keys.tickets(id), keys.sessionLog(id), keys.specialQueuesUsed];
  expect(types.map((name) => kindOf(name)?.type)).toEqual(['hash', 'stream', 'list', 'stream', 'zset']);
  expect(kindOf(`${keyPrefix}:legs:gpu#a:id`)?.counts).toBe('whole');
  for (const other of [asideOf(keys.jobs), 'bull:gpu:meta', `${keyPrefix}:else`]) expect(kindOf(other)).toBeUndefined();
});
