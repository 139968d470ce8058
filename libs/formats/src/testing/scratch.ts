import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test file's data. */
export interface Scratch {
  readonly folder: string;
  write(name: string, ...parts: readonly Uint8Array[]): Promise<string>;
  remove(): Promise<void>;
}

export async function makeScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'rondel-formats-'));
  return {
    folder,
    async write(name, ...parts) {
      const path = join(folder, name);
      await writeFile(path, Buffer.concat(parts));
      return path;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
