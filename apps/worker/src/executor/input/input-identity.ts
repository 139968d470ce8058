import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDataReference } from '@rondel/contracts';
import { resolveReference, type ReferenceSources } from '@rondel/store';
import type { RunRequest } from '../messages/messages.js';

/**
 * What tells the input of a run from any other, without reading it: hashes where there are some; for a file in a data root
 * what changes with its bytes, on any machine that sees the same file. Two answers that differ may still be the same input.
 */
export async function inputIdentity({ data, part }: RunRequest, sources: ReferenceSources): Promise<string> {
  const { parts, axis } = part.inputs;
  if (parts !== undefined) return JSON.stringify({ parts, axis });
  const named: unknown[] = [];
  for (const [name, reference] of Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))) {
    named.push([name, ...(await referenceIdentity(reference, sources))]);
  }
  return JSON.stringify({ data: named });
}

/** What tells the file behind a reference from any other, the same file at another time included. */
export async function referenceIdentity(reference: string, sources: ReferenceSources): Promise<string[]> {
  const { path, label, sha256 } = await resolveReference(parseDataReference(reference), sources);
  return sha256 === undefined ? [label, ...(await fileIdentity(path))] : [label];
}

/** File systems note times by a clock that ticks every few milliseconds. */
const tickMs = 20;

/**
 * What changes with the bytes of a file. Of one that was written a moment ago it is told a moment later: what is written from
 * then on has another time.
 */
export async function fileIdentity(path: string): Promise<string[]> {
  const { ctimeMs } = await stat(path, { bigint: true });
  const ageMs = Date.now() - Number(ctimeMs);
  if (ageMs >= 0 && ageMs < tickMs) await sleep(tickMs - ageMs);
  // Tools that copy may set size and modification time as they were; the time of the last change of status nobody sets.
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
  return [size, mtimeNs, ctimeNs, ino].map(String);
}
