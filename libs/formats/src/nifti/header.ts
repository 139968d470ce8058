import { lengthUnit, RondelError, type DType, type LengthUnit, type NdArray } from '@rondel/contracts';
import { hostIsLittleEndian } from '../array/typed-array.js';

/** Header, then four zero bytes that say "no extensions". */
export const niftiHeaderBytes = 352;
const structBytes = 348;

/** Data types of nifti1.h. */
const typeCodes: Readonly<Record<DType, number>> = {
  int8: 256,
  uint8: 2,
  int16: 4,
  uint16: 512,
  int32: 8,
  uint32: 768,
  float32: 16,
  float64: 64,
  complex64: 32,
  complex128: 1792,
};

const bitsPerVoxel: Readonly<Record<DType, number>> = {
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  int32: 32,
  uint32: 32,
  float32: 32,
  float64: 64,
  complex64: 64,
  complex128: 128,
};

/** `xyzt_units`; 0 says that the unit is not known, which most programs read as millimetres. */
const unitCodes: Readonly<Partial<Record<LengthUnit, number>>> = { m: 1, mm: 2, um: 3 };

function codeOf(unit: LengthUnit | undefined): number {
  return (unit && unitCodes[unit]) ?? 0;
}

/** Extents are 16-bit integers in NIfTI-1. */
const largestExtent = 32_767;
const mostAxes = 7;
const scannerAnatomical = 1;

interface HeaderFacts extends Pick<NdArray, 'dtype' | 'shape' | 'spacing' | 'spacingUnit'> {
  /** Of the values, at most 32 ASCII characters. */
  readonly valueUnit?: string | undefined;
}

/**
 * The 352 bytes before the voxels of a NIfTI-1 file (`n+1`), in the byte order of this machine.
 *
 * Index i is the column, j the row, k the slice, t the frame: the memory order of [frame, slice, y, x] as it is. The
 * world axes are RAS+: x to the right with the columns, y to the back with the rows (so j runs against +y and row 0 is
 * on top, as in our pictures), z up with the slices. The origin is the voxel (size // 2) of every axis, the rotation
 * centre of our geometries. Where the patient really lay is not known to us. `qform` and `sform` say the same.
 *
 * Throws `DATA_SHAPE_MISMATCH` for what NIfTI-1 cannot hold: more than 7 axes, none, or an extent above 32767.
 */
export function niftiHeader({ dtype, shape, spacing = [], spacingUnit = '1', valueUnit }: HeaderFacts): Uint8Array {
  assertHoldable(shape);
  const little = hostIsLittleEndian();
  const bytes = new Uint8Array(niftiHeaderBytes);
  const view = new DataView(bytes.buffer);
  const extents = shape.toReversed();
  const steps = extents.map((_, axis) => validStep(spacing[shape.length - 1 - axis]));
  view.setInt32(0, structBytes, little);
  view.setInt16(40, extents.length, little);
  for (let axis = 0; axis < mostAxes; axis += 1) {
    view.setInt16(42 + 2 * axis, extents[axis] ?? 1, little);
    view.setFloat32(80 + 4 * axis, steps[axis] ?? 1, little);
  }
  view.setInt16(70, typeCodes[dtype], little);
  view.setInt16(72, bitsPerVoxel[dtype], little);
  view.setFloat32(108, niftiHeaderBytes, little);
  view.setFloat32(112, 1, little);
  view.setUint8(123, codeOf(lengthUnit(spacingUnit)));
  bytes.set(new TextEncoder().encode(valueUnit === undefined ? 'Rondel' : `Rondel, values in ${valueUnit}`), 148);
  writeOrientation(view, { extents, steps, little });
  bytes.set([0x6e, 0x2b, 0x31, 0], 344);
  return bytes;
}

interface Orientation {
  readonly extents: readonly number[];
  readonly steps: readonly number[];
  readonly little: boolean;
}

function writeOrientation(view: DataView, { extents, steps, little }: Orientation): void {
  const directions = [1, -1, 1];
  const origin = directions.map((sign, axis) => {
    const offset = -sign * Math.floor((extents[axis] ?? 1) / 2) * (steps[axis] ?? 1);
    return offset === 0 ? 0 : offset;
  });
  view.setInt16(252, scannerAnatomical, little);
  view.setInt16(254, scannerAnatomical, little);
  // diag(1, -1, 1) is half a turn about x (quaternion 0 1 0 0) with the third axis reversed, which qfac = -1 says.
  view.setFloat32(76, -1, little);
  view.setFloat32(256, 1, little);
  origin.forEach((value, axis) => view.setFloat32(268 + 4 * axis, value, little));
  directions.forEach((sign, axis) => {
    view.setFloat32(280 + 16 * axis + 4 * axis, sign * (steps[axis] ?? 1), little);
    view.setFloat32(280 + 16 * axis + 12, origin[axis] ?? 0, little);
  });
}

/** `pixdim` must be positive; what is not counts elements. */
function validStep(step: number | undefined): number {
  return step !== undefined && Number.isFinite(step) && step > 0 ? step : 1;
}

function assertHoldable(shape: readonly number[]): void {
  const fits = shape.every((extent) => extent >= 1 && extent <= largestExtent);
  if (fits && shape.length >= 1 && shape.length <= mostAxes) return;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `NIfTI-1 holds 1 to ${mostAxes} axes of 1 to ${largestExtent} elements, got shape [${shape.join(', ')}]. Take .npy or .h5.`,
  );
}

/** `ecode` of an extension that is text for people. */
const commentExtension = 6;
const extensionHead = 8;

/**
 * `niftiHeader` with an extension that says how the image was made in ASCII. Programs that
 * know no extensions find the voxels by `vox_offset` all the same.
 */
export function niftiStart(facts: HeaderFacts, provenance: string | undefined): Uint8Array {
  const header = niftiHeader(facts);
  if (provenance === undefined) return header;
  const text = new TextEncoder().encode(provenance);
  const size = 16 * Math.ceil((extensionHead + text.byteLength) / 16);
  const bytes = new Uint8Array(niftiHeaderBytes + size);
  bytes.set(header);
  bytes.set(text, niftiHeaderBytes + extensionHead);
  const view = new DataView(bytes.buffer);
  const little = hostIsLittleEndian();
  view.setUint8(structBytes, 1);
  view.setInt32(niftiHeaderBytes, size, little);
  view.setInt32(niftiHeaderBytes + 4, commentExtension, little);
  view.setFloat32(108, niftiHeaderBytes + size, little);
  return bytes;
}
