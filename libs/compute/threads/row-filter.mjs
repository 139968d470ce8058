// Filters real rows with a real frequency response by PFFFT (J. Pommier, BSD): transform, multiply, transform back.
import createPffft from '@echogarden/pffft-wasm/simd';

const FORWARD = 0;
const BACKWARD = 1;

// Words of the parameter block.
const STAGED = 0;
const ROWS = 1;
const DETECTORS = 2;
const FFT_SIZE = 3;
const RESPONSE = 4;
const REVISION = 5;
const ROWS_PER_TASK = 6;

/** A transform of one length with its buffers in PFFFT's own memory. */
function createTransform(pffft, size) {
  const setup = pffft._pffft_new_setup(size, 0);
  if (setup === 0) throw new Error(`PFFFT has no real transform of length ${size}`);
  const [row, spectrum, product, work, response] = [0, 1, 2, 3, 4].map(() => pffft._pffft_aligned_malloc(size * 4));
  pffft.HEAPF32.fill(0, row / 4, row / 4 + size);
  return { size, setup, row, spectrum, product, work, response };
}

function destroyTransform(pffft, transform) {
  const { setup, row, spectrum, product, work, response } = transform;
  for (const pointer of [row, spectrum, product, work, response]) pffft._pffft_aligned_free(pointer);
  pffft._pffft_destroy_setup(setup);
}

/** Puts the response, bins 0 to size / 2, into the order in which PFFFT multiplies spectra. */
function loadResponse(pffft, transform, values) {
  const { size, setup, spectrum, response } = transform;
  const ordered = new Float32Array(size);
  ordered[0] = values[0];
  ordered[1] = values[size / 2];
  for (let k = 1; k < size / 2; k++) ordered[2 * k] = values[k];
  pffft.HEAPF32.set(ordered, spectrum / 4);
  pffft._pffft_zreorder(setup, spectrum, response, BACKWARD);
}

function filterRow(pffft, transform, row) {
  const heap = pffft.HEAPF32;
  const { size, setup, spectrum, product, work, response } = transform;
  heap.set(row, transform.row / 4);
  heap.fill(0, transform.row / 4 + row.length, transform.row / 4 + size);
  pffft._pffft_transform(setup, transform.row, spectrum, work, FORWARD);
  heap.fill(0, product / 4, product / 4 + size);
  pffft._pffft_zconvolve_accumulate(setup, spectrum, response, product, 1 / size);
  pffft._pffft_transform(setup, product, spectrum, work, BACKWARD);
  row.set(heap.subarray(spectrum / 4, spectrum / 4 + row.length));
}

/** The task `filterRows`: rows [row][detector] in the shared memory, replaced by the filtered ones. */
export async function openRowFilter(memory) {
  const pffft = await createPffft();
  // Rows and parameters lie in the part that every memory has from the start, so this view stays valid when it grows.
  const buffer = memory.buffer;
  let transform;
  let revision = -1;
  return (parameters, task) => {
    const words = new Int32Array(buffer, parameters, 7);
    const [detectors, size] = [words[DETECTORS], words[FFT_SIZE]];
    if (transform?.size !== size) {
      if (transform !== undefined) destroyTransform(pffft, transform);
      transform = createTransform(pffft, size);
      revision = -1;
    }
    if (revision !== words[REVISION]) {
      loadResponse(pffft, transform, new Float32Array(buffer, words[RESPONSE], size / 2 + 1));
      revision = words[REVISION];
    }
    const begin = task * words[ROWS_PER_TASK];
    const end = Math.min(begin + words[ROWS_PER_TASK], words[ROWS]);
    for (let r = begin; r < end; r++) {
      filterRow(pffft, transform, new Float32Array(buffer, words[STAGED] + r * detectors * 4, detectors));
    }
  };
}
