import { readFile } from 'node:fs/promises';
import { isComplex, type Job } from '@rondel/contracts';
import { withProvenance } from '@rondel/formats';
import type { ArtifactStore } from '@rondel/store';

/** What may be said of a picture beside its depth. */
interface AskedPicture {
  readonly bits: 8 | 16 | undefined;
  readonly provenance: string | undefined;
}

/**
 * The picture of an image of one plane, in 8 bit from its smallest value to its largest, as its worker has drawn it: byte for byte what
 * drawing it again would give, which takes a tenth of a second for 2048 x 2048 pixels. Undefined where another is asked for, by what is
 * in `others` too, and where the store does not have it any more.
 */
export async function drawnPicture(
  { result }: Pick<Job, 'result'>,
  { bits, provenance, ...others }: AskedPicture & Readonly<Record<string, unknown>>,
  store: Pick<ArtifactStore, 'stat' | 'localPath'>,
): Promise<Uint8Array | undefined> {
  if (result?.preview === undefined || bits !== 8 || Object.values(others).some((each) => each !== undefined)) {
    return undefined;
  }
  const planes = result.shape.slice(0, -2).reduce((count, extent) => count * extent, 1);
  if (planes !== 1 || result.shape.length > 5 || isComplex(result.dtype)) return undefined;
  const sha256 = result.preview.replace('artifact:sha256-', '');
  if ((await store.stat(sha256)) === undefined) return undefined;
  const picture = await readFile(await store.localPath(sha256));
  return withProvenance(picture, { window: [result.min, result.max], provenance });
}
