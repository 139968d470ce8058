import { randomBytes } from 'node:crypto';

/** Random bytes that one ULID needs, one for each of its last characters. */
const characters = 16;

/** Numbers from 0 to 1 as `ulid` takes them, drawn together: it would ask the system for each of them. */
export function pooledRandom(): () => number {
  const bytes = randomBytes(characters);
  let next = 0;
  return () => (bytes[next++ % characters] ?? 0) / 256;
}
