import type { Failure } from '@rondel/contracts';
import type { DataLook, LookedAtFile } from './look.js';
import type { ImageFile, SheetRequest } from './sheet.js';
import type { SliceOptions } from './slice.js';

/** What the thread that draws one picture is asked. */
export type PictureTask =
  | {
      readonly kind: 'slice';
      readonly file: ImageFile;
      readonly options: SliceOptions;
      readonly pixels: number;
    }
  | { readonly kind: 'sheet'; readonly request: SheetRequest }
  | { readonly kind: 'look'; readonly file: LookedAtFile };

export type PictureAnswer =
  | { readonly kind: 'png'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'look'; readonly look: DataLook }
  | { readonly kind: 'failure'; readonly failure: Failure };
