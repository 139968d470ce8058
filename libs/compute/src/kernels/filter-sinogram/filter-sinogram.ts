import { RondelError } from '@rondel/contracts';
import {
  matMul,
  reshape,
  tensor2d,
  type NamedAttrMap,
  type Rank,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { stagingBytes } from '../../runtime/kernel-memory.js';
import { filterPrograms } from './filter-program.js';
import { runKernel, type DomainKernel, type WasmCall } from '../domain-kernel.js';
import { impulseResponse, type SinogramFilter } from './impulse-response.js';

const name = 'FilterSinogram';
const longestTransform = 1 << 20;
const rowsPerTask = 16;

function isSmooth(size: number): boolean {
  let rest = size;
  for (const factor of [2, 3, 5]) while (rest % factor === 0) rest /= factor;
  return rest === 1;
}

/**
 * Transform length for rows of so many bins: the smallest multiple of 32 without prime factors above 5 (PFFFT's
 * condition for real transforms) that is at least twice as long, so that the circular convolution does not wrap.
 */
export function filterLength(detectors: number): number {
  let size = Math.max(64, Math.ceil(detectors / 16) * 32);
  while (!isSmooth(size)) size += 32;
  return size;
}

function reject(rule: string): never {
  throw new RondelError('DATA_SHAPE_MISMATCH', `${name}: ${rule}`);
}

function readFilter(attributes: NamedAttrMap | undefined): SinogramFilter {
  const { response, fftSize } = attributes ?? {};
  if (!(response instanceof Float32Array) || typeof fftSize !== 'number') {
    throw new RondelError('INTERNAL', `${name}: the attributes hold no filter; call it through its function`);
  }
  if (
    !Number.isInteger(fftSize) ||
    fftSize < 64 ||
    fftSize > longestTransform ||
    fftSize % 32 !== 0 ||
    !isSmooth(fftSize)
  ) {
    reject(
      `fftSize must be a 5-smooth multiple of 32 from 64 to ${longestTransform}, got ${fftSize}: use filterLength`,
    );
  }
  if (response.length !== fftSize / 2 + 1) {
    reject(`the response must have fftSize / 2 + 1 = ${fftSize / 2 + 1} values, got ${response.length}`);
  }
  const wrong = response.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) reject(`the response must be finite, value ${wrong} is ${String(response[wrong])}`);
  return { response, fftSize };
}

/** Filtering as a product with the Toeplitz matrix of the impulse response: no backend lacks a matrix product. */
function composed(sinogram: Tensor3D, filter: SinogramFilter): Tensor3D {
  const [first, second, detectors] = sinogram.shape;
  const impulse = impulseResponse(filter, detectors);
  const toeplitz = new Float32Array(detectors * detectors);
  for (let i = 0; i < toeplitz.length; i++) {
    toeplitz[i] = impulse[Math.abs(Math.floor(i / detectors) - (i % detectors))] ?? 0;
  }
  const rows = reshape<Rank.R2>(sinogram, [first * second, detectors]);
  const filtered = matMul<Tensor2D>(rows, tensor2d(toeplitz, [detectors, detectors]));
  return reshape<Rank.R3>(filtered, [first, second, detectors]);
}

function filterRows({ runtime, input, inputShape, output }: WasmCall, { response, fftSize }: SinogramFilter): void {
  const { memory } = runtime;
  const detectors = inputShape[2];
  const rows = inputShape[0] * inputShape[1];
  memory.float32(memory.staging, response.length).set(response);
  const staged = memory.staging + Math.ceil(response.byteLength / 64) * 64;
  const most = Math.floor((memory.staging + stagingBytes - staged) / (detectors * 4));
  const stamp = runtime.stamp();
  for (let begin = 0; begin < rows; begin += most) {
    const count = Math.min(most, rows - begin);
    const block = memory.float32(staged, count * detectors);
    block.set(input.subarray(begin * detectors, (begin + count) * detectors));
    const parameters = [staged, count, detectors, fftSize, memory.staging, stamp, rowsPerTask];
    runtime.run({ kind: 'filterRows', parameters, tasks: Math.ceil(count / rowsPerTask) });
    output.set(block, begin * detectors);
  }
}

/** Each row zero-padded, transformed, multiplied, transformed back and cropped. Its own adjoint: the response is real. */
export const filterSinogramKernel: DomainKernel<SinogramFilter> = {
  name,
  adjoint: name,
  read: readFilter,
  outputShape: (inputShape, { fftSize }) => {
    if (2 * inputShape[2] > fftSize)
      reject(`fftSize ${fftSize} must be at least twice the ${inputShape[2]} bins of a row`);
    return inputShape;
  },
  composed,
  wasm: filterRows,
  trials: [{ inputShape: [1, 32, 24], attributes: { response: new Float32Array(33).fill(1), fftSize: 64 } }],
  webgpu: filterPrograms,
};

/**
 * Filters the rows of a sinogram, float32 [row-batch, angle, detector], along the detector. The sinogram is not
 * disposed. Throws DATA_SHAPE_MISMATCH when the filter does not suit the rows.
 */
export function filterSinogram(sinogram: Tensor3D, filter: SinogramFilter): Tensor3D {
  return runKernel(filterSinogramKernel, sinogram, { response: filter.response, fftSize: filter.fftSize });
}
