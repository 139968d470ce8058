import type { CatalogProperty } from '@rondel/contracts';
import { conformValue } from './conform-value.js';
import { checkReference } from './conform-remote.js';
import { isSchema } from './json-schema.js';
import { appendSegment } from '../value/path.js';
import { isList, isNode, type PlanValue } from '../value/plan-value.js';
import type { Site } from './problem-list.js';
import { cut, quote } from '../value/text.js';

/** Whether a schema is that of a property that names a data file, or a list of them. */
export function holdsFile(schema: unknown): boolean {
  return isFile(schema) || holdsFiles(schema);
}

function isFile(schema: unknown): boolean {
  return isSchema(schema) && schema.type === 'string' && schema.format === 'data-reference';
}

function holdsFiles(schema: unknown): boolean {
  return isSchema(schema) && schema.type === 'array' && isFile(schema.items);
}

/** Checks what stands for a data file, or for a list of them, of which a single one may be given as it is. */
export function conformFile(property: CatalogProperty, value: PlanValue, site: Site): PlanValue {
  const paths = foreignPaths(value);
  if (paths !== undefined) {
    reportForeign(property, paths, site);
    return value;
  }
  if (!isSchema(property.schema)) return value;
  const asked = holdsFiles(property.schema) && typeof value === 'string' ? [value] : value;
  const found = site.problems.count;
  const conformed = conformValue(property.schema, asked, site);
  if (site.problems.count > found) return value;
  if (!isList(conformed)) checkReference(conformed, site, true);
  else {
    for (const [index, item] of conformed.entries()) {
      checkReference(item, { ...site, path: appendSegment(site.path, index + 1) }, true);
    }
  }
  return conformed;
}

/**
 * Whether a property that holds data files is left open by a plan that says this of it: nothing, or the paths that the files
 * had on the machine on which Julia has saved it.
 */
export function leavesFileOpen(value: PlanValue | undefined): boolean {
  return value === undefined || foreignPaths(value) !== undefined;
}

/** The paths of `{ _module = "MPIFiles", _type = "MDFFileV2{...}", _value = "/path.mdf" }`, which may also be a list. */
function foreignPaths(value: PlanValue): readonly string[] | undefined {
  if (!isNode(value)) return undefined;
  const held = value.properties.get('_value');
  if (typeof held === 'string') return [held];
  return isList(held) ? held.filter((item) => typeof item === 'string') : undefined;
}

function reportForeign({ name }: CatalogProperty, paths: readonly string[], { path, problems }: Site): void {
  problems.add(() => ({
    code: 'PLAN_INVALID_VALUE',
    message: `${path} names a file of the machine on which the plan was saved, ${paths.map((one) => quote(cut(one))).join(' and ') || 'without a path'}. Say where it is for workers: set ${name} to a data reference such as root://NAME/path, or give it with the data, ${name}=REFERENCE.`,
    at: path,
  }));
}
