import { randomFillSync } from 'node:crypto';
import { ulid } from 'ulid';

/** Enough for some hundred ids. */
const poolBytes = 4096;

/** Ids of new jobs. Their random bytes are drawn together, as asking the system for each costs more than all the rest. */
export function openJobIds(): () => string {
  const bytes = new Uint8Array(poolBytes);
  let next = poolBytes;
  const random = () => {
    if (next === poolBytes) {
      randomFillSync(bytes);
      next = 0;
    }
    return (bytes[next++] ?? 0) / 256;
  };
  return () => ulid(Date.now(), random);
}
