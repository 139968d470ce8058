import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Shape3D } from '../kernels/shape-3d.js';
import { recordProgram, uploadTables, type KernelProgram } from './program.js';

/** One program of several. It reads and writes arrays by their names: `input`, `output`, and those between. */
export interface ProgramPass {
  readonly program: KernelProgram;
  /** What the program's code has as `x`. */
  readonly from: string;
  /** What it has as `result`; another one than `from`. */
  readonly to: string;
}

/** A call of a kernel on WebGPU that takes several programs, one after the other. */
export interface ProgramSequence {
  /** Float32 values of the arrays between, by their names. Their content is unknown at the start. */
  readonly arrays: Readonly<Record<string, number>>;
  readonly passes: readonly ProgramPass[];
}

export function isSequence(work: KernelProgram | Iterable<KernelProgram> | ProgramSequence): work is ProgramSequence {
  return 'passes' in work;
}

/** Records programs for the device; what it returns is computed by the time that it is read. */
export function runSequence(
  backend: WebGPUBackend,
  { arrays, passes }: ProgramSequence,
  call: { readonly input: TensorInfo; readonly outputShape: Shape3D },
): TensorInfo {
  const output = backend.makeTensorInfo(call.outputShape, 'float32');
  const between = Object.entries(arrays).map(([name, values]): [string, TensorInfo] => [
    name,
    backend.makeTensorInfo([1, 1, values], 'float32'),
  ]);
  const byName = new Map<string, TensorInfo>([['input', call.input], ['output', output], ...between]);
  const tables = uploadTables(
    backend,
    passes.flatMap(({ program }) => program.tables),
  );
  const named = (name: string): TensorInfo => {
    const found = byName.get(name);
    if (found === undefined) throw new RangeError(`No program writes an array ${name}.`);
    return found;
  };
  try {
    for (const { program, from, to } of passes) {
      recordProgram(backend, program, { input: named(from), output: named(to), tables });
    }
    return output;
  } catch (error) {
    backend.disposeData(output.dataId);
    throw error;
  } finally {
    for (const info of [...tables.values(), ...between.map(([, info]) => info)]) backend.disposeData(info.dataId);
  }
}
