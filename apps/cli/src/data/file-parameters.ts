import { stat } from 'node:fs/promises';
import type { Client } from '@rondel/client';
import type { Catalog } from '@rondel/contracts';
import { fileNames, parsePath } from '@rondel/plan';
import type { Context } from '../terminal/context.js';
import { readReferenceOrFile, type DataSource } from './data-argument.js';
import { namedReference, uploadedReference } from './upload.js';

/** Values of properties, some of which name data files that lie here. */
export interface FileParameters<T> {
  /** Sends the files and gives the values with references in their place. */
  upload(client: Client): Promise<T>;
  /** The same without sending them: the references that they would have. */
  readonly named: () => Promise<T>;
}

interface Surroundings {
  /** Absent where no server is asked. */
  readonly client?: Client;
  readonly context: Context;
}

/**
 * Looks for local files among values of properties that hold data files, by the name or path of each. A text that is no
 * reference must be a file.
 *
 * @param local What this machine knows of plans; the server is asked about other properties whose value is a file here.
 * Throws `DATA_NOT_FOUND` and `DATA_FORBIDDEN` before anything is sent.
 */
export async function readFileParameters(
  parameters: Readonly<Record<string, unknown>>,
  local: Catalog,
  { client, context }: Surroundings,
): Promise<FileParameters<Record<string, unknown>>> {
  const names = await namesOfFiles(parameters, local, client);
  const sources = new Map<string, DataSource>();
  for (const [name, value] of Object.entries(parameters)) {
    for (const text of textsOf(value, nameIn(name), names)) sources.set(text, await readReferenceOrFile(text));
  }
  const withReferences = async (referenceOf: (source: DataSource) => Promise<string>) => {
    const sent = new Map<string, string>();
    for (const [text, source] of sources) sent.set(text, await referenceOf(source));
    const entries = Object.entries(parameters).map(([name, value]) => [
      name,
      replaced(value, nameIn(name), { names, sent }),
    ]);
    return Object.fromEntries(entries) as Record<string, unknown>;
  };
  return {
    upload: (to) => withReferences((source) => uploadedReference({ name: 'data', source }, to, context)),
    named: () => withReferences((source) => namedReference(source, context)),
  };
}

async function namesOfFiles(
  parameters: Readonly<Record<string, unknown>>,
  local: Catalog,
  client: Client | undefined,
): Promise<ReadonlySet<string>> {
  if (client === undefined) return fileNames(local);
  const known = new Set(local.nodes.flatMap(({ properties }) => properties.map(({ name }) => name)));
  const others = Object.entries(parameters).filter(([name]) => !known.has(nameIn(name)));
  const named = await Promise.all(others.map(([, value]) => isFileHere(value)));
  const names = fileNames(local);
  return named.includes(true) ? new Set([...names, ...fileNames(await client.catalog())]) : names;
}

async function isFileHere(value: unknown): Promise<boolean> {
  const [text] = Array.isArray(value) ? value.map((item: unknown) => item) : [value];
  if (typeof text !== 'string' || text.includes('\0')) return false;
  return stat(text).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

/** The property that a name or path leads to; an item of a list belongs to the property of the list. */
function nameIn(path: string): string {
  return parsePath(path).findLast((segment) => typeof segment === 'string') ?? path;
}

/** The texts that stand for files in a value, also in nodes in it. */
function textsOf(value: unknown, name: string, names: ReadonlySet<string>): string[] {
  if (typeof value === 'string') return names.has(name) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => textsOf(item, name, names));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => textsOf(child, key, names));
}

function replaced(
  value: unknown,
  name: string,
  places: { readonly names: ReadonlySet<string>; readonly sent: ReadonlyMap<string, string> },
): unknown {
  if (typeof value === 'string') return places.names.has(name) ? (places.sent.get(value) ?? value) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => replaced(item, name, places));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, replaced(child, key, places)]));
}
