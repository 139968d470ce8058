import {
  formatDataReference,
  parseDataReference,
  type ArrayFacts,
  type Binning,
  type StoredAs,
} from '@rondel/contracts';
import { describeData } from '@rondel/formats';
import { fieldFile, fieldNames, fields, unnamedAxes } from './field-images.js';
import { inputFile, isPart, wholeOptions, type InputSources } from './input-file.js';
import { companionReferences, linkedReferences } from './linked-data.js';
import { mainReference } from './read-input.js';

type References = Readonly<Record<string, string>>;
export type Extents = Readonly<Record<string, number | undefined>>;

const fieldAxes = ['slice', 'detector'] as const;

/**
 * The references with the part that the main one takes also behind those of its fields and angles, where these take no part of
 * their own and have as many entries as the whole data: slices and detector bins of `white` and `dark`, projections of `angles`.
 * So what is read, hashed and told apart is what each of them says.
 *
 * @param extentsOf `wholeExtents` of these, for whoever has looked already.
 * Throws `DATA_SHAPE_MISMATCH` for a field that does not say which of two axes has the slices.
 */
export async function withInheritedPart(
  references: References,
  sources: InputSources,
  extentsOf = () => wholeExtents(references, sources),
): Promise<References> {
  const reference = parseDataReference(mainReference(references));
  if (reference.scheme === 'job' || !isPart(reference)) return references;
  const companions = companionReferences(references).filter(([name]) => name === 'angles' || fields.includes(name));
  if (companions.length === 0) return references;
  const extents = await extentsOf();
  const inherited: Record<string, string> = {};
  for (const [name, text] of companions) {
    const own = parseDataReference(text);
    if (own.scheme === 'job' || isPart(own)) continue;
    const part = await partOf(name, text, { part: reference, extents }, sources);
    if (isPart(part)) inherited[name] = formatDataReference({ ...own, ...part });
  }
  return { ...references, ...inherited };
}

/** How many entries the whole data has along the axes of which a part is taken, named as they are when it is read. */
export async function wholeExtents(references: References, sources: InputSources): Promise<Extents> {
  const file = await inputFile(mainReference(references), sources, linkedReferences(references, 'data'));
  const { slice, angle, skip, detector, binning } = file;
  const isAsked = { slice, angle: angle ?? skip, detector: detector ?? binning };
  const asked = (['slice', 'angle', 'detector'] as const).filter((axis) => isAsked[axis] !== undefined);
  const { data } = await describeData(file.path, {
    ...wholeOptions(file),
    without: companionReferences(references).map(([name]) => name),
    // All of an axis: names the axes as taking a part of it does.
    ...Object.fromEntries(asked.map((axis) => [axis, {}])),
  });
  return Object.fromEntries((data.axes ?? []).map((axis, at) => [axis, data.shape[at]]));
}

interface Whole {
  readonly part: StoredAs;
  readonly extents: Extents;
}

async function partOf(name: string, text: string, { part, extents }: Whole, sources: InputSources): Promise<StoredAs> {
  const file = await fieldFile(name, await inputFile(text, sources));
  const { data } = await describeData(file.path, wholeOptions(file));
  if (name === 'angles')
    return data.shape.length === 1 && data.shape[0] === extents.angle ? partOfAngles(part, data) : {};
  const axes = data.axes ?? fieldNames(data.shape, extents.slice);
  if (axes === 'both') throw unnamedAxes(name, file, data.shape);
  const alike = fieldAxes.filter((axis) => data.shape[axes?.indexOf(axis) ?? -1] === extents[axis]);
  const taken = alike.filter((axis) => part[axis] !== undefined);
  const binning = binnedAlong(part.binning, alike);
  return {
    ...(data.axes === undefined && axes && (taken.length > 0 || binning) && { axes }),
    ...Object.fromEntries(taken.map((axis) => [axis, part[axis]])),
    ...(binning && { binning }),
  };
}

function partOfAngles({ angle, skip, binning }: StoredAs, { axes }: ArrayFacts): StoredAs {
  const binned = binnedAlong(binning, ['angle']);
  return {
    ...((angle ?? skip ?? binned) && axes === undefined && { axes: ['angle'] }),
    ...(angle && { angle }),
    ...(skip && { skip }),
    ...(binned && { binning: binned }),
  };
}

/** Binning of some axes alone; undefined where that is none. */
function binnedAlong(binning: Binning | undefined, axes: readonly (keyof Binning)[]): Binning | undefined {
  const [detector = 1, slice = 1, angle = 1] = (['detector', 'slice', 'angle'] as const).map((axis) =>
    axes.includes(axis) ? binning?.[axis] : 1,
  );
  return detector * slice * angle > 1 ? { detector, slice, angle } : undefined;
}
