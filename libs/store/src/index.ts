export {
  type ArtifactStore,
  type ByteRange,
  type ListOptions,
  type PutOptions,
  type RecordEntry,
  type UploadPart,
  type UploadState,
} from './artifact-store.js';
export { type ArtifactFacts, type StoredArtifact } from './artifact-facts.js';
export { type ByteSource, type TransferOptions } from './byte-transfer.js';
export {
  openCheckpointArea,
  type CheckpointArea,
  type CheckpointPlace,
  type CheckpointReader,
} from './checkpoint-area.js';
export { type CheckOptions, type DamagedArtifact } from './artifact-check.js';
export { createArtifactSet, type ArtifactSet } from './artifact-set.js';
export { type RemovedFiles } from './artifact-trash.js';
export { type CollectableFiles, type FoundArtifact, type FoundFile, type PassingKind } from './collectable-files.js';
export { type Tombstones } from './file-tombstones.js';
export { type SmallFiles } from './file-access.js';
export { openArtifactStore } from './file-artifact-store.js';
export { type StoreOptions } from './store-folders.js';
export { hashFile } from './hash-file.js';
export { alignedInDataset, datasetLayout, sectionProperties } from './dataset-layout.js';
export { openPartArea, type PartArea } from './part-area.js';
export { type PartFiles } from './part-files.js';
export { checkedKinds, type CheckedKind, type PassingFile } from './passing-check.js';
export { type PartFolders, type PartPlace } from './part-folders.js';
export { openResultArea, type FoundResult, type ResultArea, type ResultFiles } from './result-area.js';
export { resolveReference, type ReferenceSources, type ResolvedReference } from './resolve-reference.js';
export { readStoreIdentity, storeIdentity, storeProblem } from './store-identity.js';
