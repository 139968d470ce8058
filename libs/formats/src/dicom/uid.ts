import { createHash } from 'node:crypto';

/** A UID of PS3.5 B.2, `2.25.` and a UUID (version 8, of a hash) as a decimal number: the same for the same name and role. */
export function uidOf(role: string, name: string): string {
  const bytes = createHash('sha256').update(`${role}\n${name}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
}
