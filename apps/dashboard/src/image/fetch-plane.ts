import { elementSize, RondelError, type DType } from '@rondel/contracts';
import type { Client } from '@rondel/client';
import { headerReach, imageExtents, parseNpyHeader, type NpyHeader } from './npy-header.js';

/** Which plane of which result. */
export interface PlaneAddress {
  readonly id: string;
  readonly header: NpyHeader;
  readonly frame: number;
  readonly slice: number;
}

/** One picture: rows from the top, magnitudes where the result is complex. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Reads the header of a job's result and nothing more of it. */
export async function fetchHeader(server: Client, id: string, signal: AbortSignal): Promise<NpyHeader> {
  const { body } = await server.result(id, { format: 'npy', range: [0, headerReach - 1], signal });
  return parseNpyHeader(new Uint8Array(await new Response(body).arrayBuffer()));
}

/** Reads one plane of a result; the others stay where they are. */
export async function fetchPlane(server: Client, address: PlaneAddress, signal: AbortSignal): Promise<Plane> {
  const { id, header, frame, slice } = address;
  const { slices, height, width } = imageExtents(header.shape);
  const bytes = width * height * elementSize(header.dtype);
  const first = header.dataStart + (frame * slices + slice) * bytes;
  const { body } = await server.result(id, { format: 'npy', range: [first, first + bytes - 1], signal });
  const buffer = await new Response(body).arrayBuffer();
  if (buffer.byteLength !== bytes) {
    throw new RondelError(
      'DATA_FORMAT',
      `The server sent ${buffer.byteLength} bytes of a plane of ${bytes}. A proxy between may not pass Range requests on.`,
    );
  }
  return { width, height, values: decodeValues(header.dtype, buffer) };
}

/** Little-endian values as float32, complex ones as their magnitudes. */
export function decodeValues(dtype: DType, buffer: ArrayBuffer): Float32Array {
  if (dtype === 'float32') return new Float32Array(buffer);
  if (dtype === 'complex64') return magnitudes(new Float32Array(buffer));
  if (dtype === 'complex128') return magnitudes(new Float64Array(buffer));
  return Float32Array.from(realView(dtype, buffer));
}

function realView(dtype: Exclude<DType, 'float32' | 'complex64' | 'complex128'>, buffer: ArrayBuffer) {
  switch (dtype) {
    case 'int8':
      return new Int8Array(buffer);
    case 'uint8':
      return new Uint8Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
  }
}

function magnitudes(parts: Float32Array | Float64Array): Float32Array {
  return Float32Array.from({ length: parts.length / 2 }, (_, index) =>
    Math.hypot(parts[2 * index] ?? Number.NaN, parts[2 * index + 1] ?? Number.NaN),
  );
}
