import { RondelError } from '@rondel/contracts';
import { taggedDate } from './date-value.js';
import { planLimits } from './limits.js';
import { placeName } from './path.js';
import { isRangeType, tupleType, type PlanValue } from './plan-value.js';
import { cut } from './text.js';
import { bareTypeName, splitTypeTag } from './type-name.js';

const typeReferenceKeys: ReadonlySet<string> = new Set(['_module', '_type', '_value']);
const unionKeys: ReadonlySet<string> = new Set([...typeReferenceKeys, '_uniontype', '_unionmodule']);
const floats: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, '-inf': -Infinity };
const integerText = /^-?\d{1,19}$/;

type Entries = ReadonlyMap<string, PlanValue>;

/** What a table is, told from its tags: a node, a type, a union field, a number that JSON can't write, or a table. */
export function taggedValue(entries: Entries, path: string): PlanValue {
  const type = textTag(entries, '_type', path);
  const module = textTag(entries, '_module', path);
  const union = unionValue(entries, { type, module, path });
  if (union !== undefined) return union;
  if (type === undefined) return { kind: 'table', entries };
  if (bareTypeName(type) === tupleType) return { kind: 'union', module, type, value: tupleItems(entries, path) };
  const range = rangeItems(entries, type, path);
  if (range !== undefined) return { kind: 'union', module, type, value: range };
  const value = entries.get('_value');
  if (typeof value === 'string' && onlyKeys(entries, typeReferenceKeys)) {
    if (type === 'Type') return { kind: 'type', module, name: value };
    const scalar = taggedNumber(type, value) ?? taggedDate(type, module, value);
    if (scalar !== undefined) return scalar;
  }
  const properties = new Map([...entries].filter(([key]) => key !== '_type' && key !== '_module'));
  return { kind: 'node', module, ...splitTypeTag(type), properties };
}

interface UnionTags {
  readonly type: string | undefined;
  readonly module: string | undefined;
  readonly path: string;
}

function unionValue(entries: Entries, { type, module, path }: UnionTags): PlanValue | undefined {
  const unionType = textTag(entries, '_uniontype', path);
  const value = entries.get('_value');
  if (unionType === undefined || value === undefined || !onlyKeys(entries, unionKeys)) return undefined;
  return { kind: 'union', module, type, value, unionType, unionModule: textTag(entries, '_unionmodule', path) };
}

/** The items of a tuple as `savePlan` of AbstractImageReconstruction.jl 0.5 wrote it: one entry per position from 1. */
function tupleItems(entries: Entries, path: string): readonly PlanValue[] {
  const given = [...entries].filter(([key]) => key !== '_type' && key !== '_module');
  const items = given.map((_, index) => entries.get(String(index + 1)));
  if (items.every((item) => item !== undefined)) return items;
  throw new RondelError(
    'PLAN_SYNTAX',
    `${placeName(path)} is a tuple, whose items are named 1 to ${given.length}, but it has ${cut(given.map(([key]) => key).join(', '))}.`,
    { at: cut(path, planLimits.pathLength) },
  );
}

/** The items of a range of integers, `1:10` or `1:2:9`, as Julia's files have it: where it begins, ends, and its step. */
function rangeItems(entries: Entries, type: string, path: string): readonly bigint[] | undefined {
  if (!isRangeType(type)) return undefined;
  const [start = 1n, step = 1n, stop] = ['start', 'step', 'stop'].map((name) => entries.get(name));
  const given = typeof start === 'bigint' && typeof step === 'bigint' && typeof stop === 'bigint';
  if (!given || step === 0n) return undefined;
  const length = (stop - start) / step + 1n;
  if (length <= 0n) return [];
  if (length <= BigInt(planLimits.arrayNumbers)) {
    return Array.from({ length: Number(length) }, (_, index) => start + BigInt(index) * step);
  }
  throw new RondelError(
    'PLAN_SYNTAX',
    `${placeName(path)} is a range of ${length} numbers; an array of a plan holds at most ${planLimits.arrayNumbers}.`,
    { at: cut(path, planLimits.pathLength) },
  );
}

function taggedNumber(type: string, value: string): PlanValue | undefined {
  if (type === 'Float64') return floats[value];
  if (type !== 'Int64' || !integerText.test(value)) return undefined;
  const integer = BigInt(value);
  return BigInt.asIntN(64, integer) === integer ? integer : undefined;
}

function onlyKeys(entries: Entries, allowed: ReadonlySet<string>): boolean {
  return [...entries.keys()].every((key) => allowed.has(key));
}

function textTag(entries: Entries, tag: string, path: string): string | undefined {
  const value = entries.get(tag);
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new RondelError('PLAN_SYNTAX', `${placeName(path)} has a ${tag} that is not a name in quotes.`, {
    at: cut(path, planLimits.pathLength),
  });
}
