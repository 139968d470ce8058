import { hash } from 'node:crypto';
import type { Requirements, WorkerRecord } from '@rondel/contracts';
import { toStored } from '../stored/versions.js';

/** What of a worker decides which sub-jobs it may take. */
export type Capabilities = Pick<WorkerRecord, 'id' | 'pools' | 'labels' | 'engine' | 'packages' | 'roots'> &
  Partial<Pick<WorkerRecord, 'memoryBytes' | 'concurrency' | 'records'>>;

/** What stays true of a pool's workers when they are gone and others of their kind come. */
export type RememberedCapabilities = Omit<Capabilities, 'id' | 'pools' | 'engine'> &
  Partial<Pick<Capabilities, 'engine'>>;

/** With what they do not ask for as empty lists. */
function complete({ packages = [], roots = [], labels = {}, ...single }: Requirements) {
  return { packages, roots, labels, ...single };
}

/** What a worker can do that has this and nothing else. */
export function capabilitiesWith(requires: Requirements): RememberedCapabilities {
  const { packages, ...same } = complete(requires);
  return { ...same, packages: Object.fromEntries(packages.map((name) => [name, ''])) };
}

/** The same text for workers that can do the same. */
export function capabilitiesText(worker: Capabilities): string {
  const { labels, engine, packages, roots, memoryBytes, concurrency, records } = worker;
  const sorted = <T>(table: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
  const remembered: RememberedCapabilities = {
    labels: sorted(labels),
    engine,
    packages: sorted(packages),
    roots: [...roots].sort(),
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(concurrency !== undefined && { concurrency }),
    ...(records !== undefined && { records }),
  };
  return toStored('capabilities', remembered);
}

/** One thing that a worker must have. */
export interface Need {
  /** As people read it, e.g. `engine webgpu`. */
  readonly text: string;
  readonly metBy: (worker: RememberedCapabilities) => boolean;
}

export function needsIn(requires: Requirements): Need[] {
  const { engine, packages, roots, labels, memoryBytes, records } = complete(requires);
  return [
    ...(engine === undefined ? [] : [need(`engine ${engine}`, (worker) => worker.engine === engine)]),
    ...packages.map((name) => need(`package ${name}`, (worker) => Object.hasOwn(worker.packages, name))),
    ...roots.map((name) => need(`data root ${name}`, (worker) => worker.roots.includes(name))),
    ...Object.entries(labels).map(([key, value]) =>
      need(`label ${key}=${value}`, (worker) => Object.hasOwn(worker.labels, key) && worker.labels[key] === value),
    ),
    ...(memoryBytes === undefined
      ? []
      : [need(`${(memoryBytes / 2 ** 30).toFixed(1)} GiB of memory`, (worker) => slotBytes(worker) >= memoryBytes)]),
    ...(records === undefined
      ? []
      : [need(`an update to version ${records} of jobs' records`, (worker) => (worker.records ?? 1) >= records)]),
  ];
}

/** Memory that one job may take there. */
function slotBytes({ memoryBytes = 0, concurrency = 1 }: RememberedCapabilities): number {
  return memoryBytes / concurrency;
}

export function meets(worker: RememberedCapabilities, requires: Requirements | undefined): boolean {
  return needsIn(requires ?? {}).every(({ metBy }) => metBy(worker));
}

/** The same for requirements that mean the same, in whatever order they were written; 16 hex digits. */
export function requirementsHash(requires: Requirements): string {
  const { engine, packages, roots, labels, memoryBytes, records } = complete(requires);
  const canonical = [
    ...[engine ?? null, [...packages].sort(), [...roots].sort(), Object.entries(labels).sort()],
    ...(memoryBytes === undefined ? [] : [memoryBytes]),
    ...(records === undefined ? [] : [{ records }]),
  ];
  return hash('sha256', JSON.stringify(canonical)).slice(0, 16);
}

function need(text: string, metBy: Need['metBy']): Need {
  return { text, metBy };
}
