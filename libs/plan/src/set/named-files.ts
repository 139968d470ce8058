import type { Catalog } from '@rondel/contracts';
import { hasEffect, indexCatalog, moduleWithin, resolveNode, type CatalogIndex } from '../check/catalog-index.js';
import { holdsFile, leavesFileOpen } from '../check/conform-file.js';
import { appendSegment } from '../value/path.js';
import { isList, isNothing, unwrapUnion, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { propertyOf } from '../value/property-name.js';
import { childNodes, type PlacedNode } from '../value/walk.js';

/** A property of a plan that names data files. */
export interface FilePlace {
  /** e.g. `parameter.reco.sf` */
  readonly path: string;
  readonly name: string;
  /** References that the plan has for it; absent: it leaves them open, also as files of the machine that saved it. */
  readonly references?: readonly string[];
}

/** The properties of a plan that name data files, given or not. */
export function filePlaces(plan: PlanNode, catalog: Catalog): FilePlace[] {
  return [...placesIn(indexCatalog(catalog), { node: plan, path: '' }, '')];
}

/** Names of the properties that hold data files in nodes of a catalog. */
export function fileNames({ nodes }: Catalog): ReadonlySet<string> {
  const names = nodes.flatMap(({ properties }) => properties.filter(({ schema }) => holdsFile(schema)));
  return new Set(names.map(({ name }) => name));
}

/**
 * What the named files of a submission set in a plan, as parameters by path: each property of that name that the plan leaves
 * open.
 */
export function namedFiles(
  plan: PlanNode,
  files: Readonly<Record<string, string>>,
  catalog: Catalog,
): Readonly<Record<string, string>> {
  const open = filePlaces(plan, catalog).filter(({ references }) => references === undefined);
  return Object.fromEntries(
    open.flatMap(({ path, name }) => (files[name] === undefined ? [] : [[path, files[name]] as const])),
  );
}

function* placesIn(index: CatalogIndex, placed: PlacedNode, inherited: string): Generator<FilePlace> {
  const { node, path } = placed;
  const { definition } = resolveNode(index, node, { inherited });
  for (const { name, schema } of definition?.properties ?? []) {
    if (!holdsFile(schema)) continue;
    const given = propertyOf(node, name);
    const value = given === undefined ? undefined : unwrapUnion(given);
    const open = leavesFileOpen(value) || (value !== undefined && isNothing(value));
    yield { path: appendSegment(path, name), name, ...(!open && { references: textsIn(value) }) };
  }
  const module = moduleWithin(node, { definition, inherited });
  for (const child of childNodes(placed)) {
    if (hasEffect(definition, child.property)) yield* placesIn(index, child, module);
  }
}

function textsIn(value: PlanValue | undefined): string[] {
  const items = value !== undefined && isList(value) ? value : [value];
  return items.filter((item) => typeof item === 'string');
}
