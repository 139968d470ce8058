export {
  encodeArray,
  writableFormats,
  type EncodedArray,
  type EncodeOptions,
  type WritableFormat,
} from './encode-array.js';
export { detectFormat, magicBytes, type ReadableFormat } from './file-format.js';
export { encodeHdf5 } from './hdf5/encoder.js';
export {
  contactSheet,
  mostSheetCells,
  sheetSide,
  type GreyPicture,
  type SheetCell,
  type SheetLayout,
} from './image/contact-sheet.js';
export { type PlaneChoice } from './image/plane.js';
export { drawThumbnail, encodeGrey, renderSlice, type RenderOptions } from './image/png.js';
export { summarize, type Summary } from './image/summary.js';
export { commonWindow, makeThumbnail, type Thumbnail } from './image/thumbnail.js';
export { defaultLimits, type ReadLimits } from './limits.js';
export { encodeNifti } from './nifti/writer.js';
export { encodeNpy, npyHeader } from './npy/writer.js';
export { readDataset, type ReadDataset, type ReadOptions } from './read-dataset.js';
export { readPlane, type ReadPlaneOptions } from './read-plane.js';
