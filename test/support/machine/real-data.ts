import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../../../shared/data/', import.meta.url);

/** Raw data with independent references that lies beside the checkout on some machines; it is not part of Rondel. */
export const realData = {
  /** X-ray CT of a tooth, DXchange: 181 angles, 2 slices, 640 detectors, axis at detector 296. */
  tooth: fileURLToPath(new URL('tooth.h5', folder)),
  /** First slice of it by scikit-image, float32 [640, 640]. */
  toothReference: fileURLToPath(new URL('tooth_fbp_slice0.npy', folder)),
};

export const haveRealData = existsSync(realData.tooth) && existsSync(realData.toothReference);

if (!haveRealData) console.warn('Tests on real data are skipped: tooth.h5 is not in ../shared/data.');
