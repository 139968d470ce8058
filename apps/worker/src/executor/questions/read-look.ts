import type { JsonValue, RemoteLook } from '@rondel/contracts';
import { dataInfoOf, lookAtData } from '@rondel/formats';
import type { ReferenceSources } from '@rondel/store';
import { inputFile } from '../input/input-file.js';

/**
 * What the file holds that a reference leads to, with the complaints that a job would have about it: a `RemoteLook`. Throws what
 * resolving the reference and reading the file throw.
 */
export async function readLook(reference: string, sources: ReferenceSources): Promise<JsonValue> {
  const { sha256: _, ...file } = await inputFile(reference, sources);
  const look = await lookAtData(file);
  const { plane } = look;
  const answer: RemoteLook = {
    info: dataInfoOf(look),
    ...(plane && { picture: Buffer.from(plane.picture).toString('base64') }),
  };
  return JSON.parse(JSON.stringify(answer)) as JsonValue;
}
