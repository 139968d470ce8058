import { createHash } from 'node:crypto';
import type { Requirements, WorkerRecord } from '@rondel/contracts';

/** What of a worker decides which legs it may take. */
export type Capabilities = Pick<WorkerRecord, 'id' | 'pools' | 'labels' | 'engine' | 'packages' | 'roots'> &
  Partial<Pick<WorkerRecord, 'memoryBytes' | 'concurrency'>>;

/** One thing that a worker must have. */
export interface Need {
  /** As people read it, e.g. `engine webgpu`. */
  readonly text: string;
  readonly metBy: (worker: Capabilities) => boolean;
}

export function needsIn({ engine, packages = [], roots = [], labels = {}, memoryBytes }: Requirements): Need[] {
  return [
    ...(engine === undefined ? [] : [need(`engine ${engine}`, (worker) => worker.engine === engine)]),
    ...packages.map((name) => need(`package ${name}`, (worker) => Object.hasOwn(worker.packages, name))),
    ...roots.map((name) => need(`data root ${name}`, (worker) => worker.roots.includes(name))),
    ...Object.entries(labels).map(([key, value]) =>
      need(`label ${key}=${value}`, (worker) => worker.labels[key] === value),
    ),
    ...(memoryBytes === undefined
      ? []
      : [need(`${(memoryBytes / 2 ** 30).toFixed(1)} GiB of memory`, (worker) => slotBytes(worker) >= memoryBytes)]),
  ];
}

/** Memory that one job may take there. */
function slotBytes({ memoryBytes = 0, concurrency = 1 }: Capabilities): number {
  return memoryBytes / concurrency;
}

export function meets(worker: Capabilities, requires: Requirements | undefined): boolean {
  return needsIn(requires ?? {}).every(({ metBy }) => metBy(worker));
}

/** The same for requirements that mean the same, in whatever order they were written; 16 hex digits. */
export function requirementsHash({
  engine,
  packages = [],
  roots = [],
  labels = {},
  memoryBytes,
}: Requirements): string {
  const canonical = [
    ...[engine ?? null, [...packages].sort(), [...roots].sort(), Object.entries(labels).sort()],
    ...(memoryBytes === undefined ? [] : [memoryBytes]),
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex').slice(0, 16);
}

function need(text: string, metBy: Need['metBy']): Need {
  return { text, metBy };
}
