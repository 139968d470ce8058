export {
  encodeArray,
  writableFormats,
  type EncodedArray,
  type EncodeOptions,
  type WritableFormat,
} from './encode-array.js';
export { describeInOrder, putInOrder, type StoredAxes } from './axis-order.js';
export { type AxisRange } from './axis-range.js';
export { type ReadableFormat } from './file-format.js';
export { encodeHdf5 } from './hdf5/encoder.js';
export { streamHdf5, type Hdf5Facts } from './hdf5/stream.js';
export { mostSheetCells } from './image/contact-sheet.js';
export { dataInfoOf, lookAtData, type DataLook, type LookedAtFile, type PlaneLook } from './image/look.js';
export { openPictureThreads, type PictureThreads } from './image/picture-threads.js';
export { type PlaneChoice } from './image/plane.js';
export { renderSlice, type RenderOptions } from './image/png.js';
export { type ImageFile, type SheetRequest, type SheetSource } from './image/sheet.js';
export { summarize, type Summary } from './image/summary.js';
export { joinFiles, type JoiningFile } from './join-files.js';
export { type JoinedSection } from './joined-sections.js';
export { defaultLimits, type ReadLimits } from './limits.js';
export { streamNifti, type StreamedFacts } from './nifti/stream.js';
export { encodeNifti } from './nifti/writer.js';
export { encodeNpy, npyHeader } from './npy/writer.js';
export { describeData, readDataset, type DescribedData, type ReadDataset, type ReadOptions } from './read-dataset.js';
export { readPlane, type ReadPlaneOptions } from './read-plane.js';
export { streamTiff, type TiffFacts } from './tiff/stream.js';
export { encodeTiff } from './tiff/writer.js';
export { bytesOf, componentsOf, typedView } from './typed-array.js';
