export { encodeArray, writableFormats, type EncodedArray, type WritableFormat } from './writable-formats.js';
export type { EncodeOptions, FormatWriter, StreamedFacts, StreamedFile } from './format-writer.js';
export { describeInOrder, putInOrder, type StoredAxes } from './array/axis-order.js';
export type { AxisRange } from './array/axis-range.js';
export type { StoredChunk } from './format-reader.js';
export type { AxisSpans } from './array/axis-spans.js';
export type { MdfCompanionName } from './hdf5/mdf/companion-kinds.js';
export type { MdfSource } from './hdf5/mdf/write.js';
export { writeMdf } from './hdf5/mdf/writer.js';
export { formatOfFile, readableFormats, type ReadableFormat } from './readable-formats.js';
export { mostSheetCells } from './image/contact-sheet.js';
export { dataInfoOf, lookAtData, type DataLook, type LookedAtFile, type PlaneLook } from './image/look.js';
export { openPictureThreads, type PictureThreads } from './image/picture-threads.js';
export type { PlaneChoice } from './array/plane.js';
export { renderPreview, renderSlice, withProvenance, type RenderOptions } from './image/png.js';
export type { ImageFile, SheetRequest, SheetSource } from './image/sheet.js';
export { summarize, type Summary } from './image/summary.js';
export { joinFiles, type JoiningFile } from './joining/join-files.js';
export type { JoinedSection } from './joining/joined-sections.js';
export { defaultLimits, type ReadLimits } from './file/limits.js';
export { npyParts, npyHeader } from './npy/encoder.js';
export {
  chunkOf,
  describeData,
  partOfArray,
  readArray,
  readArrays,
  readDataset,
  readRanges,
  type ArrayRanges,
  type DescribedData,
  type ReadArrayOptions,
  type ReadDataset,
  type ReadDatasetOptions,
} from './read-dataset.js';
export { readPlane, type ReadPlaneOptions } from './read-plane.js';
export { bytesOf, componentsOf, typedView } from './array/typed-array.js';
export type { Run } from './array/runs.js';
export { meanAngles, requireNear } from './selection/binning.js';
export { chosenOf, type ChosenEntries } from './selection/spans.js';
export { formatsVersion } from './version.js';
