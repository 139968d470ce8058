import { randomFillSync } from 'node:crypto';
import { marked, markOf, type Reach } from '@rondel/jobs';
import { ulid } from 'ulid';

/** Enough for some hundred ids. */
const poolBytes = 4096;

/** Ids of what workers of that reach may open. Their random bytes are drawn together, as asking the system for each costs more than all the rest. */
export function openJobIds(): (reach: Reach) => string {
  const bytes = new Uint8Array(poolBytes);
  let next = poolBytes;
  const random = () => {
    if (next === poolBytes) {
      randomFillSync(bytes);
      next = 0;
    }
    return (bytes[next++] ?? 0) / 256;
  };
  return (reach) => marked(ulid(Date.now(), random), markOf(reach));
}
