export type {
  ArtifactStore,
  ByteRange,
  ListOptions,
  ArtifactPutOptions,
  RecordEntry,
  UploadPart,
  UploadState,
} from './artifact-store.js';
export type { ArtifactFacts, StoredArtifact } from './artifacts/artifact-facts.js';
export type { ByteSource, TransferOptions } from './files/byte-transfer.js';
export {
  openCheckpointArea,
  type CheckpointArea,
  type CheckpointPlace,
  type CheckpointReader,
} from './checkpoints/checkpoint-area.js';
export type { CheckOptions, DamagedArtifact } from './artifacts/artifact-check.js';
export { createArtifactSet, type ArtifactSet } from './artifacts/artifact-set.js';
export type { RemovedFiles } from './trash/artifact-trash.js';
export type { CollectableFiles, FoundArtifact, FoundFile, PassingKind } from './collection/collectable-files.js';
export type { Tombstones } from './records/file-tombstones.js';
export type { SmallFiles } from './files/file-access.js';
export { openArtifactStore } from './file-artifact-store.js';
export type { StoreOptions } from './files/store-folders.js';
export { hashFile } from './files/hash-file.js';
export { alignedInDataset, datasetLayout, sectionProperties } from './datasets/dataset-layout.js';
export { openPartArea, type PartArea } from './parts/part-area.js';
export type { PartFiles } from './parts/part-files.js';
export { checkedKinds, type CheckedKind, type PassingFile } from './collection/passing-check.js';
export type { PartFolders, PartPlace } from './parts/part-folders.js';
export { openResultArea, type FoundResult, type ResultArea, type ResultFiles } from './results/result-area.js';
export { grantedTo, type Grant, type Grants, type MayRead } from './references/grants.js';
export { openEndedJobs, type EndedJob } from './records/ended-jobs.js';
export {
  pathBeside,
  resolveReference,
  type ReferenceSources,
  type ResolvedReference,
} from './references/resolve-reference.js';
export type { StackFile } from './references/file-stack.js';
export { readStoreIdentity, storeIdentity, storeProblem } from './store-identity.js';
