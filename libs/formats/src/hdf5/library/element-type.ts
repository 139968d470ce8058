import type { DType } from '@rondel/contracts';
import { formatError } from '../../file/data-errors.js';
import { typeClass, type ElementMetadata } from './library.js';

/** How elements lie in memory after libhdf5 has read them (always little-endian), and what they become. */
export interface Hdf5Element {
  readonly dtype: DType;
  /** Set for 64-bit integers, which become float64. */
  readonly integer64?: 'signed' | 'unsigned';
}

const floats: Readonly<Record<number, DType>> = { 4: 'float32', 8: 'float64' };
const signedIntegers: Readonly<Record<number, DType>> = { 1: 'int8', 2: 'int16', 4: 'int32' };
const unsignedIntegers: Readonly<Record<number, DType>> = { 1: 'uint8', 2: 'uint16', 4: 'uint32' };
const complexTypes: Readonly<Record<number, DType>> = { 8: 'complex64', 16: 'complex128' };

/**
 * The element type of a dataset: floats, integers, enumerations (as their integers, so h5py's bool is int8), and
 * compounds of two floats as complex numbers, as h5py and ISMRMRD write them.
 *
 * Throws `DATA_FORMAT` for any other.
 */
export function elementOf(metadata: ElementMetadata, label: string): Hdf5Element {
  const element = numericElement(metadata);
  if (element !== undefined) return element;
  throw formatError(
    label,
    `has elements of HDF5 class ${metadata.type} with ${metadata.size} bytes; floats of 4 and 8 bytes, integers and ` +
      'complex numbers (a compound of two floats) can be read. Convert the dataset.',
  );
}

/** As `elementOf`, but undefined for what is not numeric. */
export function numericElement(metadata: ElementMetadata): Hdf5Element | undefined {
  const { type, size, signed } = metadata;
  if (type === typeClass.float) return known(floats[size]);
  if (type === typeClass.compound) return isComplex(metadata) ? known(complexTypes[size]) : undefined;
  if (type !== typeClass.integer && type !== typeClass.enumeration) return undefined;
  if (size === 8) return { dtype: 'float64', integer64: signed ? 'signed' : 'unsigned' };
  return known((signed ? signedIntegers : unsignedIntegers)[size]);
}

function known(dtype: DType | undefined): Hdf5Element | undefined {
  return dtype === undefined ? undefined : { dtype };
}

/** Two little-endian floats of half the size side by side, whatever their names. */
function isComplex({ compound_type, size }: ElementMetadata): boolean {
  const members = compound_type?.members ?? [];
  return (
    members.length === 2 &&
    members.every(
      (member, index) =>
        member.type === typeClass.float &&
        member.size === size / 2 &&
        member.offset === (index * size) / 2 &&
        member.littleEndian,
    )
  );
}
