import { RondelError } from '@rondel/contracts';

/** Columns of a complex matrix, each interleaved. */
export type ComplexColumns = readonly Float64Array[];

/** How far from orthogonal two columns may stay, as a share of their lengths. */
const orthogonal = 1e-14;
/** Sweeps over all pairs; a dozen suffice for any matrix. */
const mostSweeps = 60;

/**
 * Left singular vectors of a matrix, those of the largest singular values first, each scaled by sqrt(s / s_1): what
 * backgrounds vary along (Knopp et al., 2021, IEEE Trans. Med. Imaging 40). `measured` are backgrounds, a column each of one value for
 * each row of the system matrix. One-sided Jacobi: columns are rotated in pairs until all are orthogonal.
 */
export function backgroundDictionary(measured: ComplexColumns, size: number): ComplexColumns {
  if (measured.length < size) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `dictSize must be at most the number of backgrounds, which is ${measured.length}, got ${size}.`,
      { at: 'dictSize' },
    );
  }
  const columns = measured.map((column) => column.slice());
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let rotated = false;
    for (let p = 0; p < columns.length; p++) {
      for (let q = p + 1; q < columns.length; q++) rotated = rotatePair(columns[p], columns[q]) || rotated;
    }
    if (!rotated) break;
  }
  const bySize = columns
    .map((column) => ({ column, value: Math.hypot(...column) }))
    .sort((a, b) => b.value - a.value)
    .slice(0, size);
  const largest = bySize[0]?.value ?? 0;
  return bySize.map(({ column, value }) => {
    const scale = value === 0 ? 0 : Math.sqrt(value / largest) / value;
    return column.map((entry) => entry * scale);
  });
}

/** Makes two columns orthogonal by a unitary rotation of both; false if they were. */
function rotatePair(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  let [alpha, beta, re, im] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i += 2) {
    const [x, y, u, v] = [a[i] ?? 0, a[i + 1] ?? 0, b[i] ?? 0, b[i + 1] ?? 0];
    alpha += x * x + y * y;
    beta += u * u + v * v;
    re += x * u + y * v;
    im += x * v - y * u;
  }
  const overlap = Math.hypot(re, im);
  if (overlap === 0 || overlap <= orthogonal * Math.sqrt(alpha * beta)) return false;
  const zeta = (beta - alpha) / (2 * overlap);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = c * t;
  const [phaseRe, phaseIm] = [re / overlap, im / overlap];
  for (let i = 0; i < a.length; i += 2) {
    const [x, y, u, v] = [a[i] ?? 0, a[i + 1] ?? 0, b[i] ?? 0, b[i + 1] ?? 0];
    // b without the phase of <a, b>, so that the overlap is real.
    const [w, z] = [u * phaseRe + v * phaseIm, v * phaseRe - u * phaseIm];
    a[i] = c * x - s * w;
    a[i + 1] = c * y - s * z;
    b[i] = s * x + c * w;
    b[i + 1] = s * y + c * z;
  }
  return true;
}
