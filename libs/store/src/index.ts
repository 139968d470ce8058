export {
  type ArtifactFacts,
  type ArtifactStore,
  type ByteRange,
  type ByteSource,
  type ListOptions,
  type PutOptions,
  type RecordEntry,
  type StoredArtifact,
  type TransferOptions,
  type UploadPart,
  type UploadState,
} from './artifact-store.js';
export {
  openCheckpointArea,
  type CheckpointArea,
  type CheckpointPlace,
  type CheckpointReader,
} from './checkpoint-area.js';
export { openArtifactStore } from './file-artifact-store.js';
export { hashFile } from './hash-file.js';
export { openResultArea, type FoundResult, type ResultArea, type ResultFiles } from './result-area.js';
export { resolveReference, type ReferenceSources, type ResolvedReference } from './resolve-reference.js';
