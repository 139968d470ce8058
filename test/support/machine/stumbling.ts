import { fileURLToPath } from 'node:url';
import type { Client } from '@rondel/client';
import { float32Array } from '@rondel/contracts';
import { npyParts } from '@rondel/formats';

/** A package with a step that takes a given time, or memory, for whatever it is given. */
export const stumblingPackage = fileURLToPath(new URL('../../faults/stumbling-package', import.meta.url));

/** A slice of zeros as a file. */
export function smallFile(): Buffer {
  return Buffer.concat([...npyParts(float32Array(new Float32Array(64), [1, 1, 8, 8]))]);
}

/** Uploads one; returns the reference to it. */
export async function putSmallFile(client: Client): Promise<string> {
  return (await client.putData(new Blob([smallFile()]))).artifact;
}
