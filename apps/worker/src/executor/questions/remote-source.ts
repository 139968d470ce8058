import { parseDataReference, RondelError } from '@rondel/contracts';
import { readDataset } from '@rondel/formats';
import { mostRemoteValues, type RemoteSource } from '@rondel/reco';
import { resolveReference, type ReferenceSources } from '@rondel/store';

/** As float64, the widest type that a plan's numbers have. */
const limits = { maxBytes: mostRemoteValues * 8, maxSeconds: 60 };

/** What resolvers of remote values may read on this worker: its data roots and the artifact store, and nothing else. */
export function remoteSource(places: ReferenceSources): RemoteSource {
  return {
    async read(text, { dataset, unit } = {}) {
      const reference = parseDataReference(text);
      const resolved = await resolveReference(reference, places);
      if (dataset !== undefined && resolved.dataset !== undefined) {
        throw new RondelError(
          'PLAN_INVALID_VALUE',
          `${text} names a dataset, and so does the field "dataset". Keep one.`,
        );
      }
      const inside = dataset ?? resolved.dataset;
      const { path, sha256: _, ...stored } = resolved;
      const { data, format, warnings } = await readDataset(path, {
        ...stored,
        label: text,
        limits,
        dataset: inside,
        unit: unit ?? resolved.unit,
      });
      return { array: data, format, ...(warnings && { warnings }) };
    },
  };
}
