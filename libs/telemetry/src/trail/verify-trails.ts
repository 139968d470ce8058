import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Check } from '@rondel/contracts/schema';
import { TrailWitnessSchema } from './trail-entry.js';
import { fileLines, listTrails, parsedLine, trailFileName, trailFileOf } from './trail-files.js';
import {
  groupedBy,
  wordsOf,
  type TrailProblem,
  type TrailReport,
  type TrailSummary,
  type Witnessed,
} from './trail-report.js';
import { openTrailReader } from './verify-trail.js';

export interface VerifyOptions {
  /** With which the lines were sealed. @default none: only trails that nothing was sealed of can be looked at */
  readonly key?: Buffer | undefined;
  /** Where trails stood when somebody looked, kept where nobody could change it. @default none */
  readonly heads?: readonly Witnessed[];
}

/** Compares every line of all trails of a folder with its hash, and what trails have noted of each other. */
export async function verifyTrails(folder: string, options: VerifyOptions = {}): Promise<TrailReport> {
  const found = await listTrails(folder);
  const witnessed = [...(options.heads ?? [])];
  for (const [trail, files] of found) witnessed.push(...(await witnessesIn(folder, trail, files)));
  const byTrail = groupedBy(witnessed, ({ trail }) => trail);
  const [trails, problems, notes]: [TrailSummary[], TrailProblem[], TrailProblem[]] = [[], [], []];
  for (const [trail, files] of found) {
    const reader = openTrailReader({ trail, key: options.key, witnessed: byTrail.get(trail) ?? [] });
    for (const file of files) {
      const name = trailFileName(trail, file);
      reader.beginFile(name, file);
      for await (const line of fileLines(join(folder, name))) reader.line(line);
    }
    const { summary, ...told } = reader.end(isRunningHere);
    trails.push(summary);
    problems.push(...told.problems);
    notes.push(...told.notes);
  }
  for (const [trail, heads] of byTrail) {
    const [head] = heads.sort((a, b) => b.n - a.n);
    if (found.has(trail) || head === undefined) continue;
    problems.push({ file: trail, cause: `was removed: ${wordsOf(head)} had seen ${head.n + 1} lines of it.` });
  }
  for (const name of await readdir(folder))
    if (trailFileOf(name) === undefined) notes.push({ file: name, cause: 'is no file of a trail.' });
  return { trails, problems, notes };
}

async function witnessesIn(folder: string, trail: string, files: readonly number[]): Promise<Witnessed[]> {
  const found: Witnessed[] = [];
  for (const file of files) {
    for await (const { text } of fileLines(join(folder, trailFileName(trail, file)))) {
      if (!text.includes('"what":"trail.witness"')) continue;
      const value = parsedLine(text);
      if (Check(TrailWitnessSchema, value))
        found.push(...value.trails.map((head) => ({ ...head, by: trail, at: value.at })));
    }
  }
  return found;
}

/** Whether the process of a trail is at work on this machine; undefined where that cannot be told. */
function isRunningHere({ host, pid }: { readonly host: string; readonly pid: number }): boolean | undefined {
  if (host !== hostname()) return undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There is one, of another account.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Compares the lines of one file, from what it says that was before. */
export async function verifyTrailFile(path: string, name: string, { key }: VerifyOptions = {}): Promise<TrailReport> {
  const { trail, file } = trailFileOf(name) ?? { trail: name, file: 1 };
  const reader = openTrailReader({ trail, key, witnessed: [] });
  reader.beginFile(name, file, true);
  for await (const line of fileLines(path)) reader.line(line);
  const { summary, problems, notes } = reader.end(() => undefined);
  return { trails: [summary], problems, notes };
}
