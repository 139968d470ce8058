import type { Readable } from 'node:stream';
import type { ImagePart, NdArray } from '@rondel/contracts';
import type { RenderOptions } from './image/png.js';
import type { GreyLevels } from './tiff/levels.js';

/** For PNG which plane and how, for DICOM the window; the other formats hold the whole array. */
export interface EncodeOptions extends RenderOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What a `.npy` file does not say of its array. */
export interface StreamedFacts extends Pick<NdArray, 'axes' | 'spacing' | 'spacingUnit'> {
  /** What errors call the file. */
  readonly label: string;
  /** What the file holds of complex numbers; all of them unless told, where the format can. */
  readonly part?: ImagePart | undefined;
  /** Grey levels in place of the values: of TIFF where they are asked for, of DICOM always. */
  readonly levels?: GreyLevels | undefined;
  /** Unit of the values, ASCII. */
  readonly valueUnit?: string | undefined;
  /** How the image was made, as JSON in ASCII. */
  readonly provenance?: string | undefined;
  /** DICOM only: when the image was made, ISO 8601 in UTC. */
  readonly madeAt?: string | undefined;
}

/** A file on its way to whoever asked for it. */
export interface StreamedFile {
  readonly stream: Readable;
  /** Its length, where it is known beforehand. */
  readonly bytes?: number;
}

interface WriterFacts {
  /** Whether it holds complex numbers; of what does not, the magnitude is written unless another part is asked for. */
  readonly holdsComplex: boolean;
  readonly mediaType: string;
  /** Of file names, with the dot. */
  readonly extension: string;
  /** The parts of a file with the array, in order; some may be views of the array. */
  readonly encode: (array: NdArray, options: EncodeOptions) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
}

/** `.npy`: images are stored so, and sent as they are. */
export interface StoredFormat extends WriterFacts {
  readonly sent: 'as stored';
  /** For a part of a complex image. The file is closed when the stream has ended or was destroyed. */
  readonly stream: (path: string, facts: StreamedFacts) => Promise<StreamedFile>;
}

/** A picture of one plane, which has to be drawn. */
export interface PictureFormat extends WriterFacts {
  readonly sent: 'drawn';
}

/** A format of whole arrays, made of a `.npy` file without holding it. */
export interface StreamedFormat extends WriterFacts {
  readonly sent: 'streamed';
  /** The file is closed when the stream has ended or was destroyed. */
  readonly stream: (path: string, facts: StreamedFacts) => Promise<StreamedFile>;
}

/** How arrays are written in one format; `writableFormats` has them all. */
export type FormatWriter = StoredFormat | PictureFormat | StreamedFormat;
