import type { Command } from 'commander';
import { mdfFacts, mdfInWords, MdfFactsSchema, parseDataReference, RondelError } from '@rondel/contracts';
import { Check } from '@rondel/contracts/schema';
import { describeData, readDataset, summarize, type DescribedData } from '@rondel/formats';
import type { Context } from '../../terminal/context.js';
import { readDataArguments, type DataSource } from '../../data/data-argument.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { bytesText, numberText } from '../../terminal/quantity.js';
import type { RunAction } from '../../shell/shell.js';
import { wholeReference } from '../../shell/short-id.js';

export function addDataInfo(data: Command, run: RunAction): void {
  data
    .command('info')
    .description('show what a file or a reference holds')
    .argument('<ref>', 'a file (file.h5#/path for one dataset) or a data reference')
    .action((text: string) => run((context) => info(text, context)));
}

async function info(text: string, context: Context): Promise<ExitCode> {
  const [argument] = await readDataArguments([text]);
  if (argument === undefined) throw new RondelError('INVALID_REQUEST', 'Name a file or a reference.');
  const { source } = argument;
  const facts = source.kind === 'file' ? await fileFacts(source) : await referenceFacts(source.reference, context);
  context.printJson(facts);
  for (const [name, value] of Object.entries(inWords(facts))) {
    context.print(`${name.padEnd(12)}${factText(name, value)}`);
  }
  return exitCodes.done;
}

/** What there is to say of a scan in MDF, in place of the facts themselves. */
function inWords({ mdf, ...facts }: Facts): Facts {
  return Check(MdfFactsSchema, mdf) ? { ...facts, ...mdfInWords(mdf) } : facts;
}

function factText(name: string, value: unknown): string {
  if (typeof value === 'number') return name === 'bytes' ? bytesText(value) : numberText(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

type Facts = Readonly<Record<string, unknown>>;

async function fileFacts({ kind: _, path, bytes, ...stored }: Extract<DataSource, { kind: 'file' }>): Promise<Facts> {
  const described = await describeData(path, stored);
  const mdf = mdfFacts(described);
  // Of a system matrix nobody wants the extremes, and it may be larger than what is read at once.
  if (mdf !== undefined) return { ...arrayFacts(path, bytes, described), mdf };
  const read = await readDataset(path, stored);
  const { companions, ...array } = arrayFacts(path, bytes, read);
  return { ...array, ...summarize(read.data), companions, attributes: read.attributes };
}

function arrayFacts(path: string, bytes: number, { format, data, companions }: DescribedData) {
  const { shape, dtype, axes } = data;
  return {
    file: path,
    format,
    bytes,
    shape,
    dtype,
    ...(axes !== undefined && { axes }),
    companions: Object.fromEntries(Object.entries(companions).map(([name, array]) => [name, array.shape])),
  };
}

async function referenceFacts(typed: string, context: Context): Promise<Facts> {
  const text = await wholeReference(typed, context.client(), context.signal);
  const reference = parseDataReference(text);
  switch (reference.scheme) {
    case 'artifact': {
      const bytes = await context.client().hasData(reference.sha256, context);
      if (bytes !== undefined) return { reference: text, bytes };
      throw new RondelError('DATA_NOT_FOUND', `The server has no artifact sha256-${reference.sha256}.`);
    }
    case 'job': {
      const { state, result } = await context.client().job(reference.job, context);
      return { reference: text, state, ...result };
    }
    case 'root':
      return rootFacts(text, reference.root, context);
  }
}

/** Only workers can look into a data root: one of those that have it does. */
async function rootFacts(text: string, root: string, context: Context): Promise<Facts> {
  const workers = await context.client().workers(context);
  const having = workers.filter(({ roots }) => roots.includes(root)).map(({ id }) => id);
  if (having.length > 0) {
    const { links: _, ...info } = await context.client().rootDataInfo(text, context);
    return { reference: text, workers: having, ...info };
  }
  throw new RondelError(
    'DATA_NOT_FOUND',
    `No worker has a data root "${root}". Start one with: rondel worker --data-root ${root}=DIR`,
  );
}
