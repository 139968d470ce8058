import { dirname, join } from 'node:path';
import { defaultProject } from '@rondel/contracts';
import { unlessMissing } from '../files/store-errors.js';
import type { StoreFolders } from '../files/store-folders.js';

/**
 * Bytes of the artifacts that each project holds, as `holders.ts` says: one look at every artifact, in portions of a 256th of
 * them. What several hold counts for each of them.
 */
export async function heldBytes(folders: StoreFolders): Promise<Map<string, number>> {
  const { access, holders } = folders;
  const projects = (await unlessMissing(access.list(holders))) ?? [];
  const sums = new Map<string, number>([[defaultProject, 0], ...projects.map((name) => [name, 0] as const)]);
  const add = (project: string, bytes: number) => sums.set(project, (sums.get(project) ?? 0) + bytes);
  for (let first = 0; first < 256; first += 1) {
    const start = first.toString(16).padStart(2, '0');
    const held = new Map<string, ReadonlySet<string>>();
    for (const project of projects) {
      held.set(project, new Set((await unlessMissing(access.list(join(holders, project, start)))) ?? []));
    }
    const folder = dirname(folders.artifact(start.padEnd(64, '0')));
    for (const rest of (await unlessMissing(access.list(folder))) ?? []) {
      const bytes = (await unlessMissing(access.stat(join(folder, rest))))?.size ?? 0;
      const owners = projects.filter((project) => held.get(project)?.has(rest));
      for (const project of owners.length > 0 ? owners : [defaultProject]) add(project, bytes);
    }
  }
  return sums;
}
