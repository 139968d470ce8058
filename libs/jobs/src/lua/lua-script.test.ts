import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, type Chunk, type Identifier } from 'luaparse';
import { describe, expect, it } from 'vitest';
import type { LuaScript } from './lua-script.js';

// What a linter of Lua looks for. Redis finds out only when the line runs, and then in the middle of a change.

type AnyScript = LuaScript<string, string, unknown>;

const source = fileURLToPath(new URL('..', import.meta.url));
const entries = readdirSync(source, { recursive: true, encoding: 'utf8' });
const files = entries.filter((name) => name.endsWith('.lua'));
const scripts: AnyScript[] = [];
for (const name of entries.filter((entry) => /(?<!\.test)\.ts$/.test(entry))) {
  const module = (await import(`${source}${name}`)) as Record<string, unknown>;
  scripts.push(...Object.values(module).filter(isScript));
}

/** What Redis gives scripts, as far as we use it. */
const ofRedis = new Set(
  'redis cjson cmsgpack string table math pcall ipairs pairs tonumber tostring type unpack KEYS ARGV'.split(' '),
);

function isScript(value: unknown): value is AnyScript {
  return typeof value === 'object' && value !== null && 'file' in value && 'text' in value && 'run' in value;
}

function parsed(text: string): Chunk & { readonly globals: readonly Identifier[] } {
  return parse(text, { scope: true, luaVersion: '5.1' }) as Chunk & { readonly globals: readonly Identifier[] };
}

/** Each name as often as the text has it. */
function identifiers(text: string): string[] {
  const found: string[] = [];
  parse(text, { luaVersion: '5.1', onCreateNode: (node) => node.type === 'Identifier' && found.push(node.name) });
  return found;
}

function times(names: readonly string[], name: string): number {
  return names.filter((other) => other === name).length;
}

describe.each(scripts.map((script) => [script.file, script] as const))('%s', (file, script) => {
  it('uses no name that is not declared', () => {
    const unknown = parsed(script.text()).globals.map(({ name }) => name);
    expect(unknown.filter((name) => !ofRedis.has(name))).toEqual([]);
  });

  it('uses all that it is given', () => {
    const names = identifiers(script.text());
    const given = [...script.declared.keys, ...script.declared.args, ...Object.keys(script.declared.constants ?? {})];
    expect(given.filter((name) => times(names, name) < 2)).toEqual([]);
    expect(new Set(given).size).toBe(given.length);
  });

  it('counts no keys and arguments', () => {
    expect(readFileSync(`${source}${file}`, 'utf8')).not.toMatch(/\b(KEYS|ARGV)\b/);
  });
});

it('has each file in a script, and each function and local variable in use', () => {
  expect(scripts.length).toBeGreaterThan(5);
  const all = scripts.map((script) => `do\n${script.text()}\nend`).join('\n');
  const names = identifiers(all);
  for (const file of files) {
    const text = readFileSync(`${source}${file}`, 'utf8');
    const parts = text.split(/^-- include .*\n/gm);
    expect(
      parts.every((part) => all.includes(part)),
      `${file} is in no script`,
    ).toBe(true);
    for (const [, name = ''] of text.matchAll(/\blocal (?:function )?(\w+)/g)) {
      expect(times(names, name), `${name} of ${file} is not used`).toBeGreaterThan(1);
    }
  }
});
