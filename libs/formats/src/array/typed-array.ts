import type { DType, TypedArray } from '@rondel/contracts';

/** The values in `buffer` from `byteOffset` on as a view; `length` counts real numbers, two per complex element. */
export function typedView(
  dtype: DType,
  buffer: ArrayBuffer,
  { byteOffset = 0, length }: { byteOffset?: number; length: number },
): TypedArray {
  switch (dtype) {
    case 'int8':
      return new Int8Array(buffer, byteOffset, length);
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, length);
    case 'int16':
      return new Int16Array(buffer, byteOffset, length);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, length);
    case 'int32':
      return new Int32Array(buffer, byteOffset, length);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, length);
    case 'float32':
    case 'complex64':
      return new Float32Array(buffer, byteOffset, length);
    case 'float64':
    case 'complex128':
      return new Float64Array(buffer, byteOffset, length);
  }
}

/** Real numbers per element: 2 for complex types, else 1. */
export function componentsOf(dtype: DType): 1 | 2 {
  return dtype === 'complex64' || dtype === 'complex128' ? 2 : 1;
}

/** The bytes of an array as a view, no copy. */
export function bytesOf(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Turns numbers of so many bytes into the byte order of this machine, in place. */
export function swapBytes(numbers: Uint8Array, width: number, littleEndian: boolean): void {
  if (width === 1 || littleEndian === hostIsLittleEndian()) return;
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else bytes.swap64();
}

/** True where the least significant byte comes first, as on all machines but a few mainframes. */
export function hostIsLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
