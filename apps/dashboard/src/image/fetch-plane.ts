import { elementSize, isComplex, partOfValues, RondelError, type DType, type ImagePart } from '@rondel/contracts';
import { headerReach, parseNpyHeader, valuesOf, type Client, type NpyHeader } from '@rondel/client';
import { imageExtents } from './image-extents.js';

/** Which plane of which result. */
export interface PlaneAddress {
  readonly id: string;
  readonly header: NpyHeader;
  /** What is seen of complex numbers. */
  readonly part: ImagePart;
  readonly colour: number;
  readonly frame: number;
  readonly slice: number;
}

/** One picture: rows from the top, one part of what is complex. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  /** Which it is, where the result is complex. */
  readonly part: ImagePart;
  readonly values: Float32Array;
}

/** Reads the header of a job's result and nothing more of it. */
export async function fetchHeader(server: Client, id: string, signal: AbortSignal): Promise<NpyHeader> {
  const { body } = await server.result(id, { format: 'npy', range: [0, headerReach - 1], signal });
  return parseNpyHeader(new Uint8Array(await new Response(body).arrayBuffer()));
}

/** Reads one plane of a result; the others stay where they are. */
export async function fetchPlane(server: Client, address: PlaneAddress, signal: AbortSignal): Promise<Plane> {
  const { id, header, part, colour, frame, slice } = address;
  const { frames, slices, height, width } = imageExtents(header.shape);
  const bytes = width * height * elementSize(header.dtype);
  const first = header.dataStart + ((colour * frames + frame) * slices + slice) * bytes;
  const { body } = await server.result(id, { format: 'npy', range: [first, first + bytes - 1], signal });
  const buffer = await new Response(body).arrayBuffer();
  if (buffer.byteLength !== bytes) {
    throw new RondelError(
      'DATA_FORMAT',
      `The server sent ${buffer.byteLength} bytes of a plane of ${bytes}. A proxy between may not pass Range requests on.`,
    );
  }
  return { width, height, part, values: decodeValues(header.dtype, buffer, part) };
}

/** Little-endian values as float32, a part of complex ones. */
function decodeValues(dtype: DType, buffer: ArrayBuffer, part: ImagePart): Float32Array {
  const values = valuesOf(dtype, buffer);
  if (!isComplex(dtype)) return values instanceof Float32Array ? values : Float32Array.from(values);
  const seen = new Float32Array(values.length / 2);
  partOfValues(values, part, seen);
  return seen;
}
