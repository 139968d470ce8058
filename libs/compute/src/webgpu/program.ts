import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import type { Shape3D } from '../kernels/shape-3d.js';
import { submit } from './node-backend.js';

/** A small array that a program reads besides its input; uploaded with the call and freed with it. */
export interface ProgramTable {
  readonly name: string;
  readonly values: Float32Array | Int32Array;
  /** Values that one array element of the program's code holds: 4 makes it `array<vec4<...>>`. */
  readonly components: Components;
}

export type Components = 1 | 2 | 4;

/**
 * One call of a kernel on WebGPU. The code is the WGSL of `fn main(index : i32)`, called for index = 0 ... and possibly
 * beyond `invocations`; it reads `x`, the tables and `uniforms`, and writes `result`.
 */
export interface KernelProgram {
  /** Names the code: the same name means the same code. */
  readonly name: string;
  readonly code: string;
  readonly invocations: number;
  /** Invocations that share workgroup memory and wait for each other. */
  readonly workgroupSize: number;
  /** Values that one element of `x` and `result` holds. */
  readonly components: Components;
  /** Of `result`, where it is not that of `x`. */
  readonly resultComponents?: Components;
  readonly tables: readonly ProgramTable[];
  /** i32 values under their names in `uniforms`. */
  readonly uniforms: Readonly<Record<string, number>>;
}

/** For programs whose invocations have nothing to do with each other. */
export const usualWorkgroupSize = 64;

/** What programs need to know of the device. */
export interface DeviceLimits {
  /** Bytes that the invocations of a workgroup can share. */
  readonly maxComputeWorkgroupStorageSize: number;
}

/** Slices that one invocation computes side by side. */
export function lanesOf(batch: number): 1 | 4 {
  return batch % 4 === 0 ? 4 : 1;
}

export function vectorType(components: 1 | 4): string {
  return components === 4 ? 'vec4<f32>' : 'f32';
}

function tfjsProgram(program: KernelProgram, outputShape: number[]): WebGPUProgram {
  const { name, code, components, resultComponents = components, workgroupSize, tables, uniforms } = program;
  return {
    variableNames: ['x', ...tables.map((table) => table.name)],
    variableComponents: [components, ...tables.map((table) => table.components)],
    outputComponent: resultComponents,
    outputShape,
    workgroupSize: [workgroupSize, 1, 1],
    dispatchLayout: { x: [0, 1, 2] },
    // tfjs folds what exceeds the device's limit into the other two dimensions.
    dispatch: [Math.ceil(program.invocations / workgroupSize), 1, 1],
    shaderKey: `Rondel${name}_${components}`,
    uniforms: Object.keys(uniforms)
      .map((key) => `${key} : i32, `)
      .join(''),
    getUserCode: () => code,
  };
}

/** Each table once, to be disposed by the caller. */
export function uploadTables(
  backend: WebGPUBackend,
  tables: readonly ProgramTable[],
): ReadonlyMap<ProgramTable, TensorInfo> {
  const uploaded = new Map<ProgramTable, TensorInfo>();
  for (const table of new Set(tables)) {
    const { values } = table;
    const dtype = values instanceof Int32Array ? 'int32' : 'float32';
    uploaded.set(table, backend.makeTensorInfo([values.length], dtype, values));
  }
  return uploaded;
}

/** Where a program reads and writes. */
interface ProgramArrays {
  readonly input: TensorInfo;
  readonly output: TensorInfo;
  readonly tables: ReadonlyMap<ProgramTable, TensorInfo>;
}

export function recordProgram(backend: WebGPUBackend, program: KernelProgram, arrays: ProgramArrays): void {
  const tables = program.tables.map((table) => arrays.tables.get(table)).filter((info) => info !== undefined);
  const uniforms = Object.values(program.uniforms).map((value) => ({ type: 'int32', data: [value] }));
  const described = tfjsProgram(program, arrays.output.shape);
  backend.runWebGPUProgram(described, [arrays.input, ...tables], 'float32', uniforms, arrays.output);
}

/**
 * Records a program for the device, or several one after the other that have the same result and tables of their own; what it
 * returns is computed by the time that it is read.
 */
export function runProgram(
  backend: WebGPUBackend,
  programs: KernelProgram | Iterable<KernelProgram>,
  { input, outputShape }: { readonly input: TensorInfo; readonly outputShape: Shape3D },
): TensorInfo {
  const output = backend.makeTensorInfo(outputShape, 'float32');
  try {
    for (const program of 'code' in programs ? [programs] : programs) {
      const tables = uploadTables(backend, program.tables);
      try {
        recordProgram(backend, program, { input, output, tables });
      } finally {
        for (const table of tables.values()) backend.disposeData(table.dataId);
      }
      // Else the tables of all of them would be held until the last one is there.
      if (program !== programs) submit(backend);
    }
    return output;
  } catch (error) {
    backend.disposeData(output.dataId);
    throw error;
  }
}
