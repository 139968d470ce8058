import { parsePlan, toTree } from '@rondel/plan';

/** How `loadPlan` of AbstractImageReconstruction.jl goes about a field of a Julia struct. */
type Field =
  /** A plan inside: `loadPlan!`, which wants `RecoPlan{T}`. */
  | 'plan'
  /** `Type{<:S}`: `loadPlanValue(::UnionAll, ::Dict)`. */
  | 'type'
  /** `Vector{<:S}` of structs: each looked up by `_module` and `_type`, then made by `fromTOML`. */
  | 'structs'
  /** `Union{Nothing, ...}`: a table must have `_uniontype` and `_value`. */
  | 'union'
  /** A tuple: an array, or the table that version 0.5 writes. */
  | 'tuple'
  /** Numbers and arrays, which TOML has itself. */
  | 'data';

type Fields = Readonly<Record<string, Field>>;

interface JuliaType {
  readonly fields: Fields;
  /** Keys that `fromTOML` reads. */
  readonly needs?: readonly string[];
}

/** What the modules export, as `createModuleDataTypeDict` lists it: the example of the documentation and what it uses. */
const pipeline: JuliaType = { fields: { pre: 'plan', reco: 'plan' } };
const algorithm: JuliaType = { fields: { parameter: 'plan' } };
const value: JuliaType = { fields: {} };
const radon: Readonly<Record<string, JuliaType>> = {
  DirectRadonAlgorithm: algorithm,
  IterativeRadonAlgorithm: algorithm,
  DirectRadonParameters: pipeline,
  IterativeRadonParameters: pipeline,
  RadonPreprocessingParameters: { fields: { frames: 'data', numAverages: 'data' } },
  RadonBackprojectionParameters: { fields: { angles: 'data' } },
  RadonFilteredBackprojectionParameters: { fields: { angles: 'data', filter: 'union' } },
  IterativeRadonReconstructionParameters: {
    fields: { eltype: 'type', angles: 'data', shape: 'tuple', iterations: 'data', reg: 'structs', solver: 'type' },
  },
};
const modules: Readonly<Record<string, Readonly<Record<string, JuliaType>>>> = {
  Core: { Float32: value, Float64: value, Tuple: value, Nothing: value },
  Base: { length: value, identity: value },
  RegularizedLeastSquares: {
    CGNR: value,
    POGM: value,
    L2Regularization: { fields: {}, needs: ['λ'] },
    PositiveRegularization: value,
  },
  AbstractImageReconstruction: {
    ProcessResultCache: { fields: { param: 'plan', maxsize: 'data' } },
    LinkedPropertyListener: { fields: {}, needs: ['plan', 'field', 'fn'] },
  },
  DaggerImageReconstruction: {
    DaggerReconstructionAlgorithm: algorithm,
    DaggerReconstructionParameter: { fields: { algo: 'plan' } },
    DaggerReconstructionUtility: { fields: { param: 'plan' } },
  },
  'Main.OurRadonReco': radon,
};

type Table = Readonly<Record<string, unknown>>;

/**
 * What `loadPlan(file, modules)` would throw, with the path; nothing for a file that it loads. It walks the file as Julia
 * does: by the fields of the structs, so keys that no struct has are not looked at.
 */
export function loadPlanErrors(toml: string): string[] {
  const errors: string[] = [];
  loadPlan(toTree(parsePlan(toml)), '', errors);
  return errors;
}

function loadPlan(table: unknown, path: string, errors: string[]): void {
  const name =
    isTable(table) && typeof table._type === 'string' ? /^RecoPlan\{(.*)\}$/.exec(table._type)?.[1] : undefined;
  if (!isTable(table) || name === undefined) {
    errors.push(`${path}: no table with a _type of RecoPlan{}`);
    return;
  }
  const type = lookUp(table._module, name, path, errors);
  for (const [field, kind] of Object.entries(type?.fields ?? {})) {
    const at = path === '' ? field : `${path}.${field}`;
    if (field in table) loadField(kind, table[field], at, errors);
    else if (field === 'parameter') errors.push(`${at}: KeyError`);
  }
  loadListeners(table, path, errors);
}

function loadListeners({ _listener: listeners }: Table, path: string, errors: string[]): void {
  for (const [property, list] of Object.entries(isTable(listeners) ? listeners : {})) {
    loadField('structs', list, `${path}._listener.${property}`, errors);
    for (const { fn } of Array.isArray(list) ? list.filter(isTable) : []) {
      if (isTable(fn)) lookUp(fn._module, fn._type, `${path}._listener.${property}.fn`, errors);
    }
  }
}

function loadField(kind: Field, value: unknown, path: string, errors: string[]): void {
  if (kind === 'plan') loadPlan(value, path, errors);
  else if (kind === 'structs') loadStructs(value, path, errors);
  else if (kind === 'type') {
    if (isTable(value) && value._type === 'Type') lookUp(value._module, value._value, path, errors);
    else errors.push(`${path}: no Type table`);
  } else if (isTable(value) && !takesTable(kind, value)) errors.push(`${path}: a table that is no ${kind}`);
}

function takesTable(kind: Field, table: Table): boolean {
  if (kind === 'union') return '_uniontype' in table && '_value' in table;
  return kind === 'tuple' && table._type === 'Tuple';
}

function loadStructs(list: unknown, path: string, errors: string[]): void {
  if (!Array.isArray(list)) errors.push(`${path}: no list`);
  for (const [index, item] of (Array.isArray(list) ? list : []).entries()) {
    const at = `${path}[${index + 1}]`;
    const table = isTable(item) ? item : {};
    const type = lookUp(table._module, table._type, at, errors);
    for (const key of type?.needs ?? []) if (!(key in table)) errors.push(`${at}: KeyError ${key}`);
  }
}

/** `modDict[module][type]`; version 0.5 listed types by their qualified names. */
function lookUp(module: unknown, type: unknown, path: string, errors: string[]): JuliaType | undefined {
  const types = typeof module === 'string' && Object.hasOwn(modules, module) ? modules[module] : undefined;
  const prefix = `${String(module)}.`;
  const name = typeof type === 'string' && type.startsWith(prefix) ? type.slice(prefix.length) : String(type);
  const found = types !== undefined && Object.hasOwn(types, name) ? types[name] : undefined;
  if (found === undefined) errors.push(`${path}: KeyError: ${String(module)} has no ${name}`);
  return found;
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
