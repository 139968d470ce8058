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
export { openArtifactStore } from './file-artifact-store.js';
export { hashFile } from './hash-file.js';
export { resolveReference, type ReferenceSources, type ResolvedReference } from './resolve-reference.js';
