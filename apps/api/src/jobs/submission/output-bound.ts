import {
  isLinkedName,
  parseDataReference,
  type ArrayFacts,
  type DataReference,
  type Submission,
} from '@rondel/contracts';
import {
  inputOf,
  leastInput,
  outputOf,
  requireOutput,
  requireOutputOfAny,
  requirePlane,
  type InputShape,
} from '@rondel/reco';
import type { StagedPlan } from './stage-placement.js';
import type { RouteServices } from '../../services.js';

type ArtifactReference = Extract<DataReference, { readonly scheme: 'artifact' }>;

/**
 * Holds plans against the bytes that an image may have, and the slice or frame that is wanted of it, before anything is queued. What a plan makes of the least data is told
 * by itself; for what it makes of the data of one submission a file in the store is looked at, once, and only where so many
 * bytes could make too much. What data roots hold is known to workers alone, which look again before each step.
 *
 * @param data As workers read it, by name.
 * @returns Throws `QUOTA_EXCEEDED` with the step and both numbers, `INVALID_REQUEST` for what the image will not have, and `DATA_*` for a file that cannot be read.
 */
export function openOutputBound(
  data: Readonly<Record<string, string>>,
  wanted: Submission['output'],
  {
    limits: { maxOutputBytes },
    store,
    pictures,
    touches,
  }: Pick<RouteServices, 'limits' | 'store' | 'pictures' | 'touches'>,
): (plan: StagedPlan) => Promise<void> {
  const reference = parseDataReference(data.data ?? '');
  let looked: Promise<ArrayFacts> | undefined;
  const look = async ({ sha256, scheme: _, ...stored }: ArtifactReference): Promise<ArrayFacts> => {
    const path = await store.localPath(sha256);
    return (await pictures.look({ ...stored, path, label: 'The data' })).data;
  };
  return async ({ sized }) => {
    requireOutput(sized, leastInput, maxOutputBytes);
    // Where reference or plan say that the axes lie in another order, the worker sees which is which.
    const isNamed = sized[0]?.parameters.axes !== undefined;
    if (reference.scheme !== 'artifact' || Object.keys(data).some(isLinkedName)) return;
    if (reference.axes !== undefined || isNamed) return;
    const { sha256 } = reference;
    const fileBytes = (await touches.touch(sha256)) ?? 0;
    // No file has more entries than bytes, but for HDF5 without its values, which workers find out.
    const ofOne = outputOf(sized, leastInput)?.bytes ?? 0;
    if (ofOne * fileBytes <= maxOutputBytes && wanted === undefined) return;
    const inputs = readings(await (looked ??= look(reference)), sized);
    requireOutputOfAny(sized, inputs, maxOutputBytes);
    if (wanted !== undefined) requirePlane(sized, inputs, wanted);
  };
}

/** Bare arrays are read in the usual order, or with the last but one and the one before it exchanged, whichever fits. */
function readings(array: ArrayFacts, sized: StagedPlan['sized']): InputShape[] {
  const usual = inputOf(sized, array);
  const [last, second, third, ...rest] = usual.shape.toReversed();
  if (array.axes !== undefined || third === undefined) return [usual];
  return [usual, { ...usual, shape: [last ?? 1, third, second ?? 1, ...rest].toReversed() }];
}
