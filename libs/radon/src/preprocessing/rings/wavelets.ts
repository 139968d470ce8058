import type { WaveletName } from '../../manifest/rings.js';

/** The two filters of a wavelet transform: of averages and of details. */
export interface WaveletFilters {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Daubechies' scaling filters of extremal phase, in the order in which PyWavelets has those of the decomposition. Daubechies, "Ten
 * lectures on wavelets", 1992, table 6.1.
 */
const scaling: Readonly<Record<WaveletName, readonly number[]>> = {
  haar: [Math.SQRT1_2, Math.SQRT1_2],
  db2: [-0.12940952255092145, 0.22414386804185735, 0.836516303737469, 0.48296291314469025],
  db3: [
    0.035226291882100656, -0.08544127388224149, -0.13501102001039084, 0.4598775021193313, 0.8068915093133388,
    0.3326705529509569,
  ],
  db4: [
    -0.010597401784997278, 0.032883011666982945, 0.030841381835986965, -0.18703481171888114, -0.02798376941698385,
    0.6308807679295904, 0.7148465705525415, 0.23037781330885523,
  ],
  db5: [
    0.003335725285001549, -0.012580751999015526, -0.006241490213011705, 0.07757149384006515, -0.03224486958502952,
    -0.24229488706619015, 0.13842814590110342, 0.7243085284385744, 0.6038292697974729, 0.160102397974125,
  ],
};

/** The filters of a decomposition; those of the synthesis are the same ones backwards. */
export function decomposition(name: WaveletName): WaveletFilters {
  const low = Float64Array.from(scaling[name]);
  const high = low.map((_, at) => (at % 2 === 0 ? -1 : 1) * (low[low.length - 1 - at] ?? 0));
  return { low, high };
}
