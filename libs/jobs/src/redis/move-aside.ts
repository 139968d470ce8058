import type { Redis } from 'ioredis';
import { asWords } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';
import { commandWords, signOfDamage, type MovedKey } from './damaged-keys.js';
import { kindOf } from './key-kinds.js';
import { asideOf, keyPrefix, keys } from './keys.js';

export const moveAsideScript = luaScript('redis/move-aside.lua', {
  keys: ['indexBuilt', 'namesLost'],
  moreKeys: true,
  args: [],
  rest: true,
  read: asWords,
});

/** Keys that are looked at in one round trip. */
const pageLength = 500;

/** Where all keys were as they should be, they are not looked at again so soon. */
const wholeLookMs = 5000;

/**
 * What is done when Redis refuses to work with what it holds: what somebody has written there that Rondel has not is moved aside.
 * Nothing is deleted, and all that does not need it goes on. Scripts make names of keys by themselves, so where those that the
 * command had are as they should be, all keys are looked at.
 */
export function openMover(redis: Redis): (error: Error) => Promise<readonly MovedKey[]> {
  let inVain = -Infinity;
  let whole: Promise<MovedKey[]> | undefined;
  let last: { readonly at: number; readonly moved: readonly MovedKey[] } = { at: -Infinity, moved: [] };
  const lookAtAll = async () => {
    try {
      const moved = await moveAll(redis);
      if (moved.length === 0) inVain = performance.now();
      else last = { at: performance.now(), moved };
      return moved;
    } finally {
      whole = undefined;
    }
  };
  return async (error) => {
    const noticed = performance.now();
    const named = commandWords(error).args.filter((arg): arg is string => typeof arg === 'string');
    const moved = await moveThose(redis, named);
    if (moved.length > 0) last = { at: performance.now(), moved };
    // What was asked before a key was moved may have been refused for it.
    if (last.at > noticed) return last.moved;
    if (signOfDamage(error) === 'in-script') return [];
    if (whole === undefined && performance.now() - inVain < wholeLookMs) return [];
    return (whole ??= lookAtAll());
  };
}

async function moveAll(redis: Redis): Promise<MovedKey[]> {
  const moved: MovedKey[] = [];
  for (let cursor = '0'; ;) {
    const [next, found] = await redis.scan(cursor, 'MATCH', `${keyPrefix}:*`, 'COUNT', pageLength);
    moved.push(...(await moveThose(redis, found)));
    if (next === '0') return moved;
    cursor = next;
  }
}

async function moveThose(redis: Redis, names: readonly string[]): Promise<MovedKey[]> {
  const known = [...new Set(names)].flatMap((key) => {
    const kind = kindOf(key);
    return kind === undefined ? [] : [{ key, kind }];
  });
  if (known.length === 0) return [];
  const words = await moveAsideScript.run(redis, {
    keys: { indexBuilt: keys.indexBuilt, namesLost: keys.namesLost },
    moreKeys: known.flatMap(({ key }) => [key, asideOf(key)]),
    args: {},
    rest: known.flatMap(({ kind: { type, counts = '', fields = [] } }) => [type, counts, fields.join(' ')]),
  });
  return Array.from({ length: words.length / 3 }, (_, at) => {
    const [key = '', aside = '', held = ''] = words.slice(3 * at, 3 * at + 3);
    return { key, aside, held };
  });
}
