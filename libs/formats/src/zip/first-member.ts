import type { OpenedFile } from '../file/opened-file.js';

const signature = [0x50, 0x4b, 3, 4];
/** Where a local file header has the length of its name, and the name: APPNOTE 6.3, section 4.3.7. */
const lengthAt = 26;
const nameAt = 30;
const longestName = 1024;

/** Whether a file is a ZIP archive whose first member has a name like this. */
export async function beginsWithMember(
  head: Uint8Array,
  { handle }: Pick<OpenedFile, 'handle'>,
  name: RegExp,
): Promise<boolean> {
  if (!signature.every((byte, index) => head[index] === byte)) return false;
  const bytes = nameAt + longestName;
  const { buffer, bytesRead } = await handle.read(new Uint8Array(bytes), 0, bytes, 0);
  if (bytesRead < nameAt) return false;
  const length = (buffer[lengthAt] ?? 0) + 256 * (buffer[lengthAt + 1] ?? 0);
  return name.test(new TextDecoder('latin1').decode(buffer.subarray(nameAt, Math.min(bytesRead, nameAt + length))));
}
