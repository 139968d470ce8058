import { parseDataReference, type JsonValue, type RemoteLook } from '@rondel/contracts';
import { dataInfoOf, lookAtData } from '@rondel/formats';
import { resolveReference, type ReferenceSources } from '@rondel/store';

/**
 * What the file holds that a reference leads to, with the complaints that a job would have about it: a `RemoteLook`. Throws what
 * resolving the reference and reading the file throw.
 */
export async function readLook(reference: string, sources: ReferenceSources): Promise<JsonValue> {
  const { path, label, dataset, axes, unit } = await resolveReference(parseDataReference(reference), sources);
  const look = await lookAtData({ path, label, dataset, axes, unit });
  const { plane } = look;
  const answer: RemoteLook = {
    info: dataInfoOf(look),
    ...(plane && { picture: Buffer.from(plane.picture).toString('base64') }),
  };
  return JSON.parse(JSON.stringify(answer)) as JsonValue;
}
