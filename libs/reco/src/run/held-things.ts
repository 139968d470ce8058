import { createHash } from 'node:crypto';
import { defaultProject, type HeldThingRecord } from '@rondel/contracts';
import type { ParameterNode } from '../node/built-node.js';
import type { HeldThing } from '../node/data-file.js';
import { amountOf } from './memory.js';

/** What a run wants of a node, see `held` of `StepContext`. */
export interface WantedThing<T extends HeldThing> {
  /** Path of the step. */
  readonly step: string;
  readonly node: ParameterNode;
  readonly from: readonly string[];
  readonly make: () => Promise<T>;
}

/** The things that one run uses; nothing of them goes before it ends. */
export interface HeldRun {
  take<T extends HeldThing>(wanted: WantedThing<T>, onTaken: (report: HeldThingRecord) => void): Promise<T>;
  /** Bytes of what the run has taken. */
  readonly takenBytes: number;
  /** Lets things that this run does not use go, until these bytes fit beside all that is held into `availableBytes`. */
  makeRoom(bytes: number, availableBytes: number): void;
  /** Frees what no later run shall have. */
  end(): void;
}

/** Things that outlive the runs that made them. */
/** Whose run it is. */
export interface HeldFor {
  /** For those who find the things. */
  readonly job?: string | undefined;
  /** No project finds the things of another. @default the default one */
  readonly project?: string | undefined;
}

export interface HeldThings {
  openRun(of?: HeldFor): HeldRun;
  /** Frees all that no run uses. */
  dispose(): void;
}

export interface HeldOptions {
  /** Bytes that things may take together after the run that made them; asked whenever one ends. */
  readonly mostBytes: () => number;
  /** Package and version of a node type. */
  readonly makerOf: (type: string) => string;
}

interface Entry {
  readonly key: string;
  /** What things compete for: a place in plans and the type that stands there. */
  readonly place: string;
  readonly node: ParameterNode;
  readonly size: number;
  readonly job: string | undefined;
  readonly thing: HeldThing;
  readonly seconds: number;
}

/** Opens what holds things for later runs in this process. The same key never names two things. */
export function openHeldThings({ mostBytes, makerOf }: HeldOptions): HeldThings {
  /** Least recently used first. */
  const entries = new Map<string, Entry>();
  const users = new Map<Entry, number>();
  const isUsed = (entry: Entry) => (users.get(entry) ?? 0) > 0;
  const heldBytes = () => sum([...new Set([...entries.values(), ...users.keys()])]);
  const drop = (entry: Entry) => {
    entries.delete(entry.key);
    entry.thing.dispose?.();
  };
  const free = () => [...entries.values()].filter((entry) => !isUsed(entry));
  const dropUntil = (fits: () => boolean) => {
    for (const entry of free()) {
      if (fits()) return;
      drop(entry);
    }
  };
  const bound = () => {
    for (const place of new Set([...entries.values()].map((entry) => entry.place))) {
      const rivals = [...entries.values()].filter((entry) => entry.place === place);
      // What was used last says how many there may be.
      const surplus = rivals.slice(0, Math.max(0, rivals.length - (rivals.at(-1)?.size ?? 0)));
      for (const entry of surplus) if (!isUsed(entry)) drop(entry);
    }
    dropUntil(() => heldBytes() <= mostBytes());
  };
  const openRun = ({ job, project = defaultProject }: HeldFor = {}): HeldRun => {
    const taken = new Map<string, Promise<Entry>>();
    const own = new Set<Entry>();
    const use = (entry: Entry) => {
      own.add(entry);
      users.set(entry, (users.get(entry) ?? 0) + 1);
      return entry;
    };
    const found = (key: string) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return use(entry);
    };
    const make = async ({ key, place, node, make: work }: Named & WantedThing<HeldThing>): Promise<Entry> => {
      const started = performance.now();
      const thing = await work();
      const seconds = (performance.now() - started) / 1000;
      const size = thing.bytes > mostBytes() ? 0 : (node.cacheSize ?? 0);
      const entry = use({ key, place, node, size, job, thing, seconds });
      if (size > 0) entries.set(key, entry);
      return entry;
    };
    return {
      async take<T extends HeldThing>(wanted: WantedThing<T>, onTaken: (report: HeldThingRecord) => void): Promise<T> {
        const named = nameOf(wanted, makerOf, project);
        const pending = taken.get(named.key);
        if (pending !== undefined) return (await pending).thing as T;
        const known = found(named.key);
        const entry = known === undefined ? make({ ...wanted, ...named }) : Promise.resolve(known);
        taken.set(named.key, entry);
        try {
          const got = await entry;
          // Nobody asked about what stands in no cache.
          if (wanted.node.cacheSize !== undefined) onTaken(reportOf(got, { wanted, isNew: known === undefined }));
          // The same package has made it of the same type of node, which is what makes this narrowing sound.
          return got.thing as T;
        } catch (error) {
          taken.delete(named.key);
          throw error;
        }
      },
      get takenBytes() {
        return sum([...own]);
      },
      makeRoom(bytes, availableBytes) {
        dropUntil(() => heldBytes() + bytes <= availableBytes);
      },
      end() {
        for (const entry of own) {
          users.set(entry, (users.get(entry) ?? 1) - 1);
          if (isUsed(entry)) continue;
          users.delete(entry);
          if (entries.get(entry.key) !== entry) entry.thing.dispose?.();
        }
        own.clear();
        taken.clear();
        bound();
      },
    };
  };
  return {
    openRun,
    dispose() {
      for (const entry of free()) drop(entry);
    },
  };
}

interface Named {
  readonly key: string;
  readonly place: string;
}

function nameOf({ step, node, from }: WantedThing<HeldThing>, makerOf: HeldOptions['makerOf'], project: string): Named {
  const place = JSON.stringify([step, node.place ?? null, node.type]);
  return { key: digest([project, ...makersOf(node, makerOf), canonical(node), [...from]]), place };
}

/** Package and version of the node's type and of those inside it. */
function makersOf(value: unknown, makerOf: HeldOptions['makerOf']): string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => makersOf(item, makerOf));
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && 'parameters' in value && typeof value.type === 'string' ? [makerOf(value.type)] : [];
  return [...own, ...Object.values(value).flatMap((inner: unknown) => makersOf(inner, makerOf))];
}

/** What a node says, whatever the order of its properties, and whether its results are kept. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  if (typeof value !== 'object' || value === null) return value;
  const isNode = 'type' in value && 'parameters' in value;
  const said = Object.entries(value).filter(([name]) => !isNode || (name !== 'cacheSize' && name !== 'place'));
  return Object.fromEntries(said.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, canonical(inner)]));
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function sum(entries: readonly Entry[]): number {
  return entries.reduce((total, { thing: { bytes } }) => total + bytes, 0);
}

function reportOf(
  { node: { type, place }, size, job, thing: { bytes }, seconds }: Entry,
  { wanted: { step, node }, isNew }: { readonly wanted: WantedThing<HeldThing>; readonly isNew: boolean },
): HeldThingRecord {
  const facts = { path: `${step}.${node.place ?? place ?? ''}`, type, bytes, seconds };
  if (!isNew) {
    const by = job === undefined ? 'an earlier run' : `job ${job}`;
    return { ...facts, state: 'hit', reason: `Made by ${by}.`, ...(job !== undefined && { job }) };
  }
  if (size > 0) return { ...facts, state: 'stored', reason: 'Nothing was held that was made of the same.' };
  if (node.cacheSize === 0) return { ...facts, state: 'off', reason: 'maxsize is 0.' };
  return { ...facts, state: 'miss', reason: 'It takes more than may be held.' };
}

/** As a sentence of a job's log. */
export function heldWords({ path, type, state, reason, bytes, seconds }: HeldThingRecord): string {
  const what = `${path} (${type}, ${amountOf(bytes)})`;
  if (state === 'hit') return `${what} came from the cache. ${reason} That took ${seconds.toFixed(1)} s.`;
  const kept = state === 'stored' ? ' and is held for other jobs.' : `. It is not held: ${reason}`;
  return `${what} was made in ${seconds.toFixed(1)} s${kept}`;
}
