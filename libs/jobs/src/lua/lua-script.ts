import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ChainableCommander, Redis } from 'ioredis';
import { movedFor } from '../redis/damaged-keys.js';

type Argument = string | number;
/** As Lua has it: a list becomes a table. */
type Constant = Argument | readonly Constant[];

/** What a file of Lua needs from whoever runs it. Each name is a local variable there. */
export interface LuaDeclaration<Key extends string, Arg extends string, Answer> {
  readonly keys: readonly Key[];
  /** More keys follow, however many: the table `moreKeys`. */
  readonly moreKeys?: boolean;
  readonly args: readonly Arg[];
  /** More arguments follow, however many: the table `rest`. */
  readonly rest?: boolean;
  /** What TypeScript knows as well. */
  readonly constants?: Readonly<Record<string, Constant>>;
  /** Makes sense of what the script returns; what Redis says comes from outside. */
  readonly read: (answer: unknown) => Answer;
}

export interface LuaCall<Key extends string, Arg extends string> {
  readonly keys: Readonly<Record<Key, string>>;
  readonly moreKeys?: readonly string[];
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
  /** Adds many calls to a pipeline, after one command that makes the script known. Each answer goes to `read`. */
  addTo(pipeline: ChainableCommander, calls: Iterable<LuaCall<Key, Arg>>): void;
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
  const operandsOf = ({ keys: named, moreKeys = [], args: values, rest = [] }: LuaCall<Key, Arg>) =>
    [
      keys.length + moreKeys.length,
      ...keys.map((name) => named[name]),
      ...moreKeys,
      ...args.map((name) => values[name]),
      ...rest,
    ] as const;
  return {
    file,
    declared: declaration,
    text: () => (composed ??= compose()).text,
    async run(redis, call) {
      const { text, sha } = (composed ??= compose());
      const operands = operandsOf(call);
      try {
        return read(await redis.evalsha(sha, ...operands));
      } catch (error) {
        const isUnknown = error instanceof Error && error.message.startsWith('NOSCRIPT');
        // Once more without what somebody else had written, which lies aside now.
        if (!isUnknown && (await movedFor(error)).length === 0) throw error;
        return read(await redis.eval(text, ...operands));
      }
    },
    addTo(pipeline, calls) {
      const { text, sha } = (composed ??= compose());
      pipeline.script('LOAD', text);
      for (const call of calls) pipeline.evalsha(sha, ...operandsOf(call));
    },
  };
}

function preludeOf(declaration: LuaDeclaration<string, string, unknown>): string {
  const { keys, moreKeys, args, rest, constants = {} } = declaration;
  const named = (names: readonly string[], table: string) =>
    names.length > 0 ? [`local ${names.join(', ')} = ${names.map((_, at) => `${table}[${at + 1}]`).join(', ')}`] : [];
  const others = (name: string, table: string, after: number) => `local ${name} = { unpack(${table}, ${after + 1}) }`;
  const lines = [
    ...Object.entries(constants).map(([name, value]) => `local ${name} = ${literal(value)}`),
    ...named(keys, 'KEYS'),
    ...(moreKeys === true ? [others('moreKeys', 'KEYS', keys.length)] : []),
    ...named(args, 'ARGV'),
    ...(rest === true ? [others('rest', 'ARGV', args.length)] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function literal(value: Constant): string {
  return typeof value === 'object' ? `{ ${value.map(literal).join(', ')} }` : JSON.stringify(value);
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
