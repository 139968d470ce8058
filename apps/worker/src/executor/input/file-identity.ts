import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** File systems note times by a clock that ticks every few milliseconds. */
const tickMs = 20;

/**
 * What changes with the bytes of files: of one what the file system notes of it, of several a hash of that. Of files that were
 * written a moment ago it is told a moment later: what is written from then on has another time.
 */
export async function filesIdentity(paths: readonly string[]): Promise<string[]> {
  const youngest = Math.max(...paths.map((path) => statSync(path).ctimeMs));
  const ageMs = Date.now() - youngest;
  if (ageMs >= 0 && ageMs < tickMs) await sleep(tickMs - ageMs);
  const [first = [], ...others] = paths.map(notedOf);
  if (others.length === 0) return first;
  return [
    createHash('sha256')
      .update(JSON.stringify([first, ...others]))
      .digest('hex'),
  ];
}

/** Tools that copy may set size and modification time as they were; the time of the last change of status nobody sets. */
function notedOf(path: string): string[] {
  const { size, mtimeNs, ctimeNs, ino } = statSync(path, { bigint: true });
  return [size, mtimeNs, ctimeNs, ino].map(String);
}
