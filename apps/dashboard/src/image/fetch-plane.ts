import { elementSize, RondelError, type DType, type TypedArray } from '@rondel/contracts';
import { headerReach, parseNpyHeader, valuesOf, type Client, type NpyHeader } from '@rondel/client';
import { imageExtents } from './image-extents.js';

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
  const values = valuesOf(dtype, buffer);
  if (dtype === 'complex64' || dtype === 'complex128') return magnitudes(values);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

function magnitudes(parts: TypedArray): Float32Array {
  return Float32Array.from({ length: parts.length / 2 }, (_, index) =>
    Math.hypot(parts[2 * index] ?? Number.NaN, parts[2 * index + 1] ?? Number.NaN),
  );
}
