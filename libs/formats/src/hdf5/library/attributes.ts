import { Dataset } from 'h5wasm';
import type { JsonValue } from '@rondel/contracts';
import { provideDecoders } from './decoders.js';
import { numericElement } from './element-type.js';
import { typeClass, type ElementMetadata } from './library.js';
import { datasetMetadata, isDataset, type OpenedHdf5 } from './opened-hdf5.js';

const maximumValues = 64;
const maximumTextLength = 1000;

/** An attribute of a dataset as JSON: number, string or a list of up to 64; undefined when absent or of another kind. */
export function readAttribute(file: OpenedHdf5, path: string, name: string): JsonValue | undefined {
  const { module } = file.library;
  if (!module.get_attribute_names(file.id, path).includes(name)) return undefined;
  if (!isSmallFact(module.get_attribute_metadata(file.id, path, name))) return undefined;
  return toFact(new Dataset(file.id, path).get_attribute(name, true));
}

/** A scalar dataset or a short list as JSON; undefined when absent or of another kind. */
export function readFact(file: OpenedHdf5, path: string): JsonValue | undefined {
  if (!isDataset(file, path) || !isSmallFact(datasetMetadata(file, path))) return undefined;
  provideDecoders(file, path);
  return toFact(new Dataset(file.id, path).json_value);
}

function isSmallFact(metadata: ElementMetadata): boolean {
  if (metadata.shape === null || metadata.total_size > maximumValues) return false;
  // libhdf5 would make its values up.
  if (metadata.virtual_sources !== undefined) return false;
  if (metadata.type === typeClass.string) return metadata.size <= maximumTextLength;
  return metadata.type !== typeClass.compound && numericElement(metadata) !== undefined;
}

function toFact(value: unknown): JsonValue | undefined {
  if (typeof value === 'string') return value.slice(0, maximumTextLength);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'boolean') return value;
  if (!Array.isArray(value)) return undefined;
  const facts = value.map(toFact).filter((fact) => fact !== undefined);
  if (facts.length !== value.length) return undefined;
  return facts.length === 1 ? facts[0] : facts;
}
