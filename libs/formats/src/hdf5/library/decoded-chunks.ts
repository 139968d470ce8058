import { virtualParts } from '../virtual/virtual-dataset.js';
import { datasetMetadata, type OpenedHdf5 } from './opened-hdf5.js';

/**
 * Extents of the chunks of a dataset that are decoded as they are read, so that a part of one costs as much as all of it; of a
 * virtual dataset those where its first values lie. Undefined for what is stored as it is.
 */
export function decodedChunks(file: OpenedHdf5, path: string): readonly number[] | undefined {
  const metadata = datasetMetadata(file, path);
  if (metadata.virtual_sources === undefined) {
    const { chunks } = metadata;
    const isDecoded = chunks && file.library.module.get_dataset_filters(file.id, path).length > 0;
    return isDecoded ? chunks : undefined;
  }
  const [first] = virtualParts(file, path, metadata);
  const chunks = first && decodedChunks(first.file, first.path);
  return (
    chunks &&
    (metadata.shape ?? []).map(
      (_, axis) => chunks[first.sourceAxes.findIndex((source) => 'axis' in source && source.axis === axis)] ?? 1,
    )
  );
}
