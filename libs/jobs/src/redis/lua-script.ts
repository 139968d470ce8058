import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Redis } from 'ioredis';

type Argument = string | number;

/** What a file of Lua needs from whoever runs it. Each name is a local variable there. */
export interface LuaDeclaration<Key extends string, Arg extends string, Answer> {
  readonly keys: readonly Key[];
  readonly args: readonly Arg[];
  /** More arguments follow, however many: the table `rest`. */
  readonly rest?: boolean;
  /** Numbers and words that TypeScript knows as well. */
  readonly constants?: Readonly<Record<string, Argument>>;
  /** Makes sense of what the script returns; what Redis says comes from outside. */
  readonly read: (answer: unknown) => Answer;
}

export interface LuaCall<Key extends string, Arg extends string> {
  readonly keys: Readonly<Record<Key, string>>;
  readonly args: Readonly<Record<Arg, Argument>>;
  readonly rest?: readonly Argument[];
}

/** A change that Redis makes in one step, so that no two processes can disagree about what has become of it. */
export interface LuaScript<Key extends string, Arg extends string, Answer> {
  /** Relative to `src`. */
  readonly file: string;
  readonly declared: LuaDeclaration<Key, Arg, Answer>;
  /** All that Redis is given: the declared names, the files that it includes, its own lines. */
  readonly text: () => string;
  /** Throws what `ioredis` throws. */
  run(redis: Redis, call: LuaCall<Key, Arg>): Promise<Answer>;
}

/**
 * Declares the script in a `.lua` file. The file names what it shares with others in lines `-- include PATH`, relative to
 * itself; a file is included once. It is read when the script first runs.
 *
 * @param file Relative to `src`.
 */
export function luaScript<const Key extends string, const Arg extends string, Answer>(
  file: string,
  declaration: LuaDeclaration<Key, Arg, Answer>,
): LuaScript<Key, Arg, Answer> {
  const { keys, args, read } = declaration;
  let composed: { readonly text: string; readonly sha: string } | undefined;
  const compose = () => {
    const text = `${preludeOf(declaration)}${included(file, new Set())}`;
    return { text, sha: createHash('sha1').update(text).digest('hex') };
  };
  return {
    file,
    declared: declaration,
    text: () => (composed ??= compose()).text,
    async run(redis, call) {
      const { text, sha } = (composed ??= compose());
      const named = [...keys.map((name) => call.keys[name]), ...args.map((name) => call.args[name])];
      const operands = [keys.length, ...named, ...(call.rest ?? [])] as const;
      try {
        return read(await redis.evalsha(sha, ...operands));
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return read(await redis.eval(text, ...operands));
      }
    },
  };
}

function preludeOf({ keys, args, rest, constants = {} }: LuaDeclaration<string, string, unknown>): string {
  const local = (names: readonly string[], table: string) =>
    names.length > 0
      ? `local ${names.join(', ')} = ${names.map((_, index) => `${table}[${index + 1}]`).join(', ')}\n`
      : '';
  const known = Object.entries(constants).map(([name, value]) => `local ${name} = ${JSON.stringify(value)}\n`);
  const more = rest === true ? `local rest = { unpack(ARGV, ${args.length + 1}) }\n` : '';
  return `${known.join('')}${local(keys, 'KEYS')}${local(args, 'ARGV')}${more}`;
}

const includeLine = /^-- include (\S+)\n/gm;
const { resolve } = createRequire(import.meta.url);

function included(file: string, before: Set<string>): string {
  if (before.has(file)) return '';
  before.add(file);
  const text = readFileSync(resolve(`#lua/${file}`), 'utf8');
  return text.replace(includeLine, (_, other: string) => included(pathFrom(file, other), before));
}

/** A path that one file of `src` has for another, as one from `src`. */
function pathFrom(file: string, other: string): string {
  return new URL(other, `file:///${file}`).pathname.slice(1);
}
