import { RondelError, type Catalog } from '@rondel/contracts';
import {
  applyParameters,
  fileNames,
  filePlaces,
  namedFiles,
  type LinkedParameters,
  type LinkFunctions,
  type PlanNode,
} from '@rondel/plan';

/** Those of a submission's named data that may be meant for properties that hold data files, of any plan. */
export function filesAmong(data: Readonly<Record<string, string>>, catalog: Catalog): Readonly<Record<string, string>> {
  const others = Object.entries(data).filter(([name]) => name !== 'data');
  if (others.length === 0) return {};
  const names = fileNames(catalog);
  return Object.fromEntries(others.filter(([name]) => names.has(name)));
}

/** A plan with the named files in the properties that it leaves open; links follow as they do for parameters. */
export function withNamedFiles(
  applied: LinkedParameters,
  files: Readonly<Record<string, string>>,
  { catalog, functions }: { readonly catalog: Catalog; readonly functions: LinkFunctions },
): LinkedParameters {
  if (Object.keys(files).length === 0) return applied;
  const parameters = namedFiles(applied.plan, files, catalog);
  const named = applyParameters(applied.plan, parameters, catalog, { functions, released: applied.released });
  return { ...named, problems: [...applied.problems, ...named.problems] };
}

/** The data of a submission as one plan takes it. */
export interface SortedData {
  /** What is read beside the main array, and that itself. */
  readonly arrays: Readonly<Record<string, string>>;
  /** Names of the plan's properties that hold data files. */
  readonly files: readonly string[];
}

/**
 * Takes the files out of a submission's data that its plan has in its properties.
 *
 * Throws `INVALID_REQUEST` for one whose property has another file.
 */
export function sortData(plan: PlanNode, data: Readonly<Record<string, string>>, catalog: Catalog): SortedData {
  if (Object.keys(filesAmong(data, catalog)).length === 0) return { arrays: data, files: [] };
  const places = filePlaces(plan, catalog);
  const arrays = Object.entries(data).filter(([name, reference]) => {
    const named = places.filter((place) => place.name === name);
    if (name === 'data' || named.length === 0) return true;
    if (named.some(({ references = [] }) => references.includes(reference))) return false;
    const { path = name, references = [] } = named[0] ?? {};
    throw new RondelError(
      'INVALID_REQUEST',
      `data.${name} is ${reference}, but the plan names another file itself: ${path} is ${references.join(', ') || 'none'}. Leave data.${name} out, or set ${name} as a parameter, which replaces what the plan says.`,
      { at: `data.${name}` },
    );
  });
  return { arrays: Object.fromEntries(arrays), files: [...new Set(places.map(({ name }) => name))] };
}
