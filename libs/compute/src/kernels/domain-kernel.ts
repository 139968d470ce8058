import { RondelError } from '@rondel/contracts';
import { engine, Tensor, type NamedAttrMap, type Tensor3D, type TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelRuntime } from '../runtime/kernel-runtime.js';
import type { ProgramSequence } from '../webgpu/program-sequence.js';
import type { DeviceLimits, KernelProgram } from '../webgpu/program.js';
import type { Shape3D } from './shape-3d.js';

/** One call of a kernel on the engine wasm. The arrays lie in tfjs' heap and are valid until the kernel returns. */
export interface WasmCall {
  readonly runtime: KernelRuntime;
  readonly input: Float32Array;
  readonly inputShape: Shape3D;
  /** To be filled entirely; its content is unknown at the start. */
  readonly output: Float32Array;
}

/**
 * A kernel of ours as tfjs' registry knows it: one float32 tensor `x` of rank 3 in, one out, linear. `Attributes` is
 * what it needs besides; `read` checks what tfjs hands over.
 */
export interface DomainKernel<Attributes> {
  readonly name: string;
  read(attributes: NamedAttrMap | undefined): Attributes;
  /** Shape of the result. Throws DATA_SHAPE_MISMATCH. */
  outputShape(inputShape: Shape3D, attributes: Attributes): Shape3D;
  /** The reference, from tfjs' core ops: right on every backend. */
  composed(x: Tensor3D, attributes: Attributes): Tensor3D;
  wasm(call: WasmCall, attributes: Attributes): void;
  /** Tiny calls that go through all of its wasm code; engines make them when they are opened, see `warmUp`. */
  readonly trials: readonly { readonly inputShape: Shape3D; readonly attributes: Attributes }[];
  /**
   * What computes it on WebGPU; absent where the composition serves as well there. Asked once per opened device: what
   * the programs keep lives as long.
   */
  webgpu?(
    limits: DeviceLimits,
  ): (inputShape: Shape3D, attributes: Attributes) => KernelProgram | Iterable<KernelProgram> | ProgramSequence;
  /** Name of the adjoint kernel, which takes the same attributes: the gradient of a linear map. */
  readonly adjoint: string;
}

const mostSlices = 1 << 20;

/** Throws DATA_SHAPE_MISMATCH unless `x` is float32 of rank 3 with 1 to 2^20 slices, rows or frames along each axis. */
export function shapeOfInput(label: string, x: Pick<TensorInfo, 'shape' | 'dtype'>): Shape3D {
  const [first, second, third] = x.shape;
  const given = `${x.dtype} [${x.shape.join(', ')}]`;
  if (x.shape.length !== 3 || first === undefined || second === undefined || third === undefined) {
    throw new RondelError('DATA_SHAPE_MISMATCH', `${label}: the input must have three axes, got ${given}`);
  }
  if (x.dtype !== 'float32') {
    throw new RondelError('DATA_SHAPE_MISMATCH', `${label}: the input must be float32, got ${given}: cast it first`);
  }
  if (Math.min(first, second, third) < 1 || Math.max(first, second, third) > mostSlices) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `${label}: every axis must have 1 to ${mostSlices} entries, got ${given}`,
    );
  }
  return [first, second, third];
}

/** Throws DATA_SHAPE_MISMATCH unless the shapes agree; `undefined` stands for any extent. */
export function requireShape(label: string, shape: Shape3D, expected: readonly (number | undefined)[]): void {
  if (expected.every((extent, axis) => extent === undefined || extent === shape[axis])) return;
  const wanted = expected.map((extent) => (extent === undefined ? '*' : String(extent))).join(', ');
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${label}: the input must have shape [${wanted}], got [${shape.join(', ')}]`,
    {
      details: { operator: label, expected: [...expected].map((extent) => extent ?? null), actual: shape },
    },
  );
}

/** Narrows a tensor that tfjs types less narrowly than we know it. */
export function asTensor3D(label: string, value: unknown): Tensor3D {
  if (isTensor3D(value)) return value;
  throw new RondelError('INTERNAL', `${label}: expected one tensor with three axes`);
}

function isTensor3D(value: unknown): value is Tensor3D {
  return value instanceof Tensor && value.rank === 3;
}

/** Runs a registered kernel: input checked, result checked. The input is not disposed. */
export function runKernel<A>(kernel: DomainKernel<A>, x: Tensor3D, attributes: NamedAttrMap): Tensor3D {
  const inputShape = shapeOfInput(kernel.name, x);
  const expected = kernel.outputShape(inputShape, kernel.read(attributes));
  const result = asTensor3D(kernel.name, engine().runKernel(kernel.name, { x }, attributes));
  if (result.dtype === 'float32' && result.shape.every((extent, axis) => extent === expected[axis])) return result;
  const given = `${result.dtype} [${result.shape.join(', ')}]`;
  result.dispose();
  throw new RondelError('INTERNAL', `${kernel.name} must return float32 [${expected.join(', ')}], returned ${given}`);
}
