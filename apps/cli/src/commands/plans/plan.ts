import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Command } from 'commander';
import { RondelError, throwProblems, type Catalog, type CatalogNode, type CatalogProperty } from '@rondel/contracts';
import {
  applyParameters,
  checkPlan,
  defaultValues,
  distributePlan,
  ignoredProperties,
  planForJulia,
  planHash,
  printPlan,
  holdsFile,
  schemaWords,
  toTree,
  withDefaults,
  type PlanNode,
} from '@rondel/plan';
import { validatePlan } from '@rondel/reco';
import type { Colors, Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { readFileParameters } from '../../data/file-parameters.js';
import { localRegistry } from '../../plans/local-catalog.js';
import { readAssignments, readPlanArgument } from '../../plans/plan-argument.js';
import { emptyPlan, type EmptyOptions } from './plan-empty.js';
import { printTree } from '../../plans/plan-tree.js';
import { collect, type RunAction } from '../../shell/shell.js';
import { tableOf, type Column } from '../../terminal/table.js';

interface PlanOptions {
  readonly set: readonly string[];
}

interface DistributeOptions {
  readonly worker: string;
  readonly step: readonly string[];
  readonly output?: string;
}

interface ConvertOptions extends PlanOptions {
  readonly juliaModule?: string;
  readonly output?: string;
}

interface TypesOptions {
  readonly module?: string;
}

const planWords = 'a .toml or .json file, or a built-in plan such as radon/fbp';

export function addPlan(program: Command, run: RunAction): void {
  const plan = program
    .command('plan')
    .description('look at plans and at what they are made of; only `empty` needs a server');
  plan
    .command('show')
    .description('print a plan as a tree; what it leaves to its default is marked so (--json: in _defaults)')
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
    .command('distribute')
    .description(
      'wrap a plan, or steps of it, so that it runs on a worker; what is wrapped already moves to that worker',
    )
    .argument('<plan>', planWords)
    .requiredOption('--worker <worker>', 'a pool, the id of a worker or a label such as gpu=a100')
    .option('--step <path>', 'a step to move, e.g. parameter.reco, instead of the whole plan (repeatable)', collect, [])
    .option('-o, --output <file>', 'a .toml or .json file, instead of printing the plan')
    .action((name: string, options: DistributeOptions) => run((context) => distribute(name, options, context)));
  plan
    .command('convert')
    .description('write a plan as TOML or JSON, by the ending of the file')
    .argument('<plan>', planWords)
    .option('--set <name=value>', 'set a property first (repeatable)', collect, [])
    .option(
      '--julia-module <name>',
      'name everything as in Julia, with this module, e.g. Main.OurRadonReco, for our package',
    )
    .option('-o, --output <file>', 'a .toml or .json file, instead of printing the plan as TOML')
    .action((name: string, options: ConvertOptions) => run((context) => convert(name, options, context)));
  plan
    .command('empty')
    .description('make the server forget the shared results of the steps of a plan (ProcessResultCache)')
    .argument('<plan>', `${planWords}, or session:ID for a live plan`)
    .option('--set <name=value>', 'set a property first (repeatable)', collect, [])
    .option('--node <path>', 'only of the steps in this node, e.g. parameter.pre')
    .action((name: string, options: EmptyOptions) => run((context) => emptyPlan(name, options, context)));
  plan
    .command('types')
    .description('list the node types and built-in plans')
    .option('--module <module>', 'only those of this module')
    .action((options: TypesOptions) => run((context) => listTypes(options, context)));
}

async function showPlan(name: string, { set }: PlanOptions, context: Context): Promise<ExitCode> {
  const { catalog, plan, problems } = await readPlan(name, set, context);
  throwProblems(problems);
  // As a tag, it is no property when the answer is read as a plan.
  context.printJson({ ...toTree(plan), _defaults: defaultValues(plan, catalog) });
  printTree(plan, catalog, context);
  return exitCodes.done;
}

async function checkOnePlan(name: string, { set }: PlanOptions, context: Context): Promise<ExitCode> {
  const { label, catalog, registry, plan, problems } = await readPlan(name, set, context);
  throwProblems([...problems, ...checkPlan(plan, catalog)]);
  throwProblems(validatePlan(toTree(withDefaults(plan, catalog)), registry));
  const warnings = ignoredProperties(plan, catalog);
  context.printJson({ plan: label, ok: true, sha256: planHash(plan), warnings });
  for (const { message } of warnings) context.print(context.colors.yellow(`Warning: ${message}`));
  context.print(`${label} is in order.`);
  return exitCodes.done;
}

async function distribute(name: string, options: DistributeOptions, context: Context): Promise<ExitCode> {
  const { worker, step: steps, output } = options;
  const { catalog, plan } = await readPlan(name, [], context);
  const distributed = distributePlan(plan, { worker, steps });
  // Incomplete plans, and those of packages that only the workers have, may be distributed too.
  const open: readonly string[] = ['PLAN_MISSING_PROPERTY', 'PLAN_UNKNOWN_TYPE'];
  throwProblems(checkPlan(distributed, catalog).filter(({ code }) => !open.includes(code)));
  return leavePlan(distributed, output, context);
}

/** What is wrong with the plan stays in it: templates and plans for other machines are converted too. */
async function convert(name: string, options: ConvertOptions, context: Context): Promise<ExitCode> {
  const { set, output, juliaModule } = options;
  const { plan, problems, catalog } = await readPlan(name, set, context);
  throwProblems(problems);
  return leavePlan(juliaModule === undefined ? plan : planForJulia(plan, juliaModule, catalog), output, context);
}

/** Prints the plan with the workers it names, or writes it to a file whose ending says how. */
async function leavePlan(plan: PlanNode, output: string | undefined, context: Context): Promise<ExitCode> {
  const ending = output === undefined ? '.toml' : extname(output);
  if (ending !== '.json' && ending !== '.toml') {
    throw new RondelError(
      'INVALID_REQUEST',
      `${output ?? ''}: a plan is written to a file that ends in .toml or .json.`,
    );
  }
  const text = printPlan(plan, ending === '.json' ? 'json' : 'toml', { keepPlacement: true });
  context.printJson({ plan: toTree(plan), ...(output !== undefined && { file: output }) });
  if (output === undefined) context.print(text.trimEnd());
  else {
    await writeFile(output, text);
    context.print(`Written to ${output}`);
  }
  return exitCodes.done;
}

async function readPlan(name: string, assignments: readonly string[], context: Context) {
  const registry = await localRegistry(context.environment);
  const { catalog } = registry;
  const { label, plan } = await readPlanArgument(name, registry);
  // Files here count as what they would be once they are uploaded.
  const { named } = await readFileParameters(readAssignments(assignments), catalog, { context });
  const applied = applyParameters(plan, await named(), catalog, { functions: registry.linkFunctions });
  return { label, catalog, registry, ...applied };
}

async function listTypes({ module }: TypesOptions, context: Context): Promise<ExitCode> {
  const { catalog } = await localRegistry(context.environment);
  const packages = catalog.packages.filter(
    (entry) => module === undefined || [entry.module, ...entry.aliases].includes(module),
  );
  const kept = new Set(packages.map((entry) => entry.module));
  const nodes = catalog.nodes.filter((node) => kept.has(node.module));
  context.printJson({ packages, nodes, plans: catalog.plans });
  if (packages.length === 0) context.print(`No package provides the module "${module ?? ''}".`);
  for (const line of typeLines(nodes, context.colors)) context.print(line);
  context.print();
  for (const line of tableOf(planColumns, catalog.plans)) context.print(line);
  return exitCodes.done;
}

const planColumns: readonly Column<Catalog['plans'][number]>[] = [
  { title: 'BUILT-IN PLAN', cell: ({ name }) => name },
  { title: '', cell: ({ description }) => description },
];

function typeLines(nodes: readonly CatalogNode[], colors: Colors): string[] {
  return nodes.flatMap((node) => [
    `${colors.bold(node.type)}  ${colors.dim([node.module, node.kind, ...alsoKnown(node)].join(', '))}`,
    `  ${node.description}`,
    ...node.properties.map((property) => `    ${propertyLine(property, colors)}`),
  ]);
}

function alsoKnown({ alsoKnownAs = [] }: CatalogNode): string[] {
  return alsoKnownAs.map((type) => `also ${type}`);
}

function propertyLine(property: CatalogProperty, colors: Colors): string {
  const { name, unit, optional, description, default: fallback, onlyFor } = property;
  const inUnit = unit === undefined ? '' : ` [${unit}]`;
  const needed = optional ? '' : colors.yellow(' required');
  const otherwise = fallback === undefined ? '' : colors.dim(` (default ${defaultText(fallback)})`);
  const only =
    onlyFor === undefined ? '' : colors.dim(` (where ${onlyFor.property} is ${alternatives(onlyFor.values)})`);
  return `${name}${inUnit}${needed}: ${description}${otherwise}${colors.dim(choiceText(property))}${only}`;
}

/** A node by its type. */
function defaultText(value: unknown): string {
  const isNode = typeof value === 'object' && value !== null && '_type' in value;
  return isNode ? String(value._type) : JSON.stringify(value);
}

function alternatives(words: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(words);
}

/** What there is to choose from, where that is not just any number or text. */
function choiceText({ schema, accepts = [] }: CatalogProperty): string {
  const types = accepts.filter((type) => type !== '*');
  if (types.length > 0) return ` (${types.join(', ')})`;
  const words = schema === undefined ? '' : schemaWords({ ...schema });
  return words.includes('one of') || holdsFile(schema) ? ` (${words})` : '';
}
