import { setImmediate } from 'node:timers/promises';
import type { DicomElement } from 'dcmjs';
import { elementCount, RondelError, type NdArray } from '@rondel/contracts';
import { dimensions, frameGroups, perFrameGroups, stackOf } from './frames.js';
import { geometryOf } from './geometry.js';
import type { Rescale } from './rescale.js';
import { uidOf } from './uid.js';

/** Multi-frame Grayscale Word Secondary Capture Image Storage, PS3.3 A.8.4. */
const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7.3';
const explicitLittleEndian = '1.2.840.10008.1.2.1';

/** Rows and columns are 16-bit numbers; so many frames are described one by one. */
const largestExtent = 65_535;
/** The length of the pixels is a 32-bit number, and even. */
const largestBytes = 2 ** 32 - 2;
const bytesPerPixel = 2;

export interface DicomFacts extends Pick<NdArray, 'shape' | 'spacing' | 'spacingUnit'> {
  readonly rescale: Rescale;
  /** What the UIDs are made of: the same for the same image, and for nothing else. */
  readonly identity: string;
  /** Unit of the values, ASCII. */
  readonly valueUnit?: string | undefined;
  readonly provenance?: string | undefined;
  /** When the image was made, ISO 8601 in UTC. */
  readonly madeAt?: string | undefined;
}

/**
 * What stands before the 16-bit pixels of a DICOM file, and how many bytes of pixels follow; see `encodeDicom`.
 *
 * Throws `DATA_SHAPE_MISMATCH` for what DICOM cannot hold.
 */
export async function dicomStart(
  facts: DicomFacts,
): Promise<{ readonly before: Uint8Array; readonly pixelBytes: number }> {
  const pixelBytes = holdableBytes(facts.shape);
  // A large library, and few ask for this format.
  const { data } = await import('dcmjs');
  const { DicomDict, DicomMetaDictionary } = data;
  const instance = uidOf('instance', facts.identity);
  const elements = (dataset: object) => DicomMetaDictionary.denaturalizeDataset(dataset);
  const meta = elements({
    MediaStorageSOPClassUID: secondaryCapture,
    MediaStorageSOPInstanceUID: instance,
    TransferSyntaxUID: explicitLittleEndian,
    ImplementationClassUID: uidOf('implementation', 'Rondel'),
    ImplementationVersionName: 'RONDEL',
  });
  const written = (dict: Record<string, DicomElement>) => {
    const file = new DicomDict(meta);
    file.dict = dict;
    return new Uint8Array(file.write());
  };
  const first = written({
    ...elements({ SOPClassUID: secondaryCapture, SOPInstanceUID: instance, ...study(facts), ...image(facts) }),
    ...(facts.provenance !== undefined && {
      '00090010': { vr: 'LO', Value: ['RONDEL'] },
      '00091001': { vr: 'UT', Value: [facts.provenance] },
    }),
  });
  const metaBytes = written({}).byteLength;
  const groups = await frameElement(facts, (items) =>
    written(elements({ PerFrameFunctionalGroupsSequence: items })).subarray(metaBytes),
  );
  return { before: Buffer.concat([first, ...groups, pixelElement(pixelBytes)]), pixelBytes };
}

/** Described at once: a few milliseconds, between which others get their turn. */
const framesAtOnce = 32;
/** Tag, value representation and length before the items of a sequence, and the delimiter behind them. */
const sequenceHead = 12;
const sequenceEnd = 8;

/** The sequence that describes each frame, the last element before the pixels, in parts. */
async function frameElement(facts: DicomFacts, written: (items: object[]) => Uint8Array): Promise<Uint8Array[]> {
  const stack = stackOf(facts.shape);
  const geometry = geometryOf(facts, stack);
  const parts: Uint8Array[] = [];
  for (let from = 0; from < stack.count; from += framesAtOnce) {
    const count = Math.min(framesAtOnce, stack.count - from);
    const element = written(Array.from({ length: count }, (_, index) => frameGroups(from + index, stack, geometry)));
    const isLast = from + count === stack.count;
    parts.push(element.subarray(from === 0 ? 0 : sequenceHead, isLast ? undefined : -sequenceEnd));
    await setImmediate();
  }
  return parts;
}

/** `PixelData` (7FE0,0010) as OW with its length, without its value. */
function pixelElement(bytes: number): Uint8Array {
  const element = Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x57, 0, 0, 0, 0, 0, 0]);
  element.writeUInt32LE(bytes, 8);
  return element;
}

/** No patient is known, and what has to be there of one stays empty. */
function study({ identity, madeAt }: DicomFacts): object {
  const [date = '', time = ''] = madeAt?.slice(0, 19).replaceAll(/[-:]/g, '').split('T') ?? [];
  return {
    PatientName: '',
    PatientID: '',
    PatientBirthDate: '',
    PatientSex: '',
    StudyInstanceUID: uidOf('study', identity),
    StudyDate: date,
    StudyTime: time,
    StudyID: '',
    AccessionNumber: '',
    ReferringPhysicianName: '',
    SeriesInstanceUID: uidOf('series', identity),
    SeriesNumber: '1',
    InstanceNumber: '1',
    Modality: 'OT',
    Manufacturer: 'Rondel',
    ConversionType: 'SYN',
    ContentDate: date,
    ContentTime: time,
    ...(madeAt !== undefined && { TimezoneOffsetFromUTC: '+0000' }),
  };
}

function image(facts: DicomFacts): object {
  const { rescale, identity, valueUnit = 'US' } = facts;
  const stack = stackOf(facts.shape);
  const { height, width, count } = stack;
  const geometry = geometryOf(facts, stack);
  return {
    ImageType: ['DERIVED', 'SECONDARY'],
    BurnedInAnnotation: 'NO',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: String(count),
    FrameIncrementPointer: perFrameGroups,
    Rows: height,
    Columns: width,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    PresentationLUTShape: 'IDENTITY',
    RescaleIntercept: rescale.intercept,
    RescaleSlope: rescale.slope,
    // US stands for "not specified".
    RescaleType: valueUnit,
    ...dimensions(uidOf('dimensions', identity)),
    ...(geometry && { FrameOfReferenceUID: uidOf('frame of reference', identity), PositionReferenceIndicator: '' }),
    SharedFunctionalGroupsSequence: [geometry?.shared ?? {}],
  };
}

function holdableBytes(shape: readonly number[]): number {
  const bytes = elementCount(shape) * bytesPerPixel;
  const fits = shape.length >= 1 && shape.length <= 5 && shape.every((extent) => extent >= 1);
  if (fits) {
    const { height, width, count } = stackOf(shape);
    if (Math.max(height, width, count) <= largestExtent && bytes <= largestBytes) return bytes;
  }
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `DICOM holds 1 to 5 axes, up to ${largestExtent} rows, columns and planes, and less than 4 GiB in 16 bit, got shape [${shape.join(', ')}]. Take .h5, .nii.gz or .tif.`,
  );
}
