import type { Command } from 'commander';
import { throwProblems, type CatalogNode, type CatalogProperty, type Problem } from '@rondel/contracts';
import { applyParameters, checkPlan, formatPlanTree, planHash, toTree, type PlanLineKind } from '@rondel/plan';
import type { Colors, Context } from '../context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { localRegistry } from '../local-catalog.js';
import { readAssignments, readPlanArgument } from '../plan-argument.js';
import { collect, type RunAction } from '../shell.js';
import { tableLines } from '../table.js';

interface PlanOptions {
  readonly set: readonly string[];
}

interface TypesOptions {
  readonly module?: string;
}

const planWords = 'a .toml or .json file, or a built-in plan such as radon/fbp';

export function addPlan(program: Command, run: RunAction): void {
  const plan = program.command('plan').description('look at plans and at what they are made of; needs no server');
  plan
    .command('show')
    .description('print a plan as a tree')
    .argument('<plan>', planWords)
    .option('--set <name=value>', 'set a property first (repeatable)', collect, [])
    .action((name: string, options: PlanOptions) => run((context) => showPlan(name, options, context)));
  plan
    .command('check')
    .description('report everything that is wrong with a plan')
    .argument('<plan>', planWords)
    .option('--set <name=value>', 'set a property first (repeatable)', collect, [])
    .action((name: string, options: PlanOptions) => run((context) => checkOnePlan(name, options, context)));
  plan
    .command('types')
    .description('list the node types and built-in plans')
    .option('--module <module>', 'only those of this module')
    .action((options: TypesOptions) => run((context) => Promise.resolve(listTypes(options, context))));
}

async function showPlan(name: string, { set }: PlanOptions, context: Context): Promise<ExitCode> {
  const { catalog, plan, problems } = await readPlan(name, set);
  throwProblems(problems);
  context.printJson(toTree(plan));
  for (const { depth, text, kind } of formatPlanTree(plan, catalog)) {
    context.print(`${'  '.repeat(depth)}${lineColor(kind, context.colors)(text)}`);
  }
  return exitCodes.done;
}

async function checkOnePlan(name: string, { set }: PlanOptions, context: Context): Promise<ExitCode> {
  const { label, catalog, plan, problems } = await readPlan(name, set);
  throwProblems([...problems, ...checkPlan(plan, catalog)]);
  context.printJson({ plan: label, ok: true, sha256: planHash(plan) });
  context.print(`${label} is in order.`);
  return exitCodes.done;
}

async function readPlan(name: string, assignments: readonly string[]) {
  const registry = localRegistry();
  const { catalog } = registry;
  const { label, plan } = await readPlanArgument(name, registry);
  const applied: { plan: typeof plan; problems: readonly Problem[] } = applyParameters(
    plan,
    readAssignments(assignments),
    catalog,
  );
  return { label, catalog, ...applied };
}

function lineColor(kind: PlanLineKind, colors: Colors): (text: string) => string {
  const table: Record<PlanLineKind, (text: string) => string> = {
    node: colors.bold,
    value: String,
    default: colors.dim,
    absent: colors.dim,
    missing: colors.red,
    unknown: colors.yellow,
    tag: colors.dim,
  };
  return table[kind];
}

function listTypes({ module }: TypesOptions, context: Context): ExitCode {
  const { catalog } = localRegistry();
  const packages = catalog.packages.filter(
    (entry) => module === undefined || [entry.module, ...entry.aliases].includes(module),
  );
  const kept = new Set(packages.map((entry) => entry.module));
  const nodes = catalog.nodes.filter((node) => kept.has(node.module));
  context.printJson({ packages, nodes, plans: catalog.plans });
  if (packages.length === 0) context.print(`No package provides the module "${module ?? ''}".`);
  for (const line of typeLines(nodes, context.colors)) context.print(line);
  context.print();
  for (const line of tableLines(
    ['BUILT-IN PLAN', ''],
    catalog.plans.map((plan) => [plan.name, plan.description]),
  )) {
    context.print(line);
  }
  return exitCodes.done;
}

function typeLines(nodes: readonly CatalogNode[], colors: Colors): string[] {
  return nodes.flatMap((node) => [
    `${colors.bold(node.type)}  ${colors.dim(`${node.module}, ${node.kind}`)}`,
    `  ${node.description}`,
    ...node.properties.map((property) => `    ${propertyLine(property, colors)}`),
  ]);
}

function propertyLine(
  { name, unit, optional, description, default: fallback }: CatalogProperty,
  colors: Colors,
): string {
  const inUnit = unit === undefined ? '' : ` [${unit}]`;
  const needed = optional ? '' : colors.yellow(' required');
  const otherwise = fallback === undefined ? '' : colors.dim(` (default ${JSON.stringify(fallback)})`);
  return `${name}${inUnit}${needed}: ${description}${otherwise}`;
}
