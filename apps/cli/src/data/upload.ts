import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { formatFragment } from '@rondel/contracts';
import { resumableBytes, type Client, type StoredData } from '@rondel/client';
import type { Context } from '../terminal/context.js';
import type { DataArgument } from './data-argument.js';
import { wholeReference } from '../shell/short-id.js';
import { transferDisplay } from '../terminal/progress-display.js';

/** The data reference of an argument; a local file is uploaded, unless the server has its bytes already. */
export async function uploadedReference({ source }: DataArgument, client: Client, context: Context): Promise<string> {
  if (source.kind === 'reference') return wholeReference(source.reference, client, context.signal);
  const { artifact } = await uploadFile(source, client, context);
  return `${artifact}${formatFragment(source)}`;
}

/** The reference that an uploaded file would have; nothing is sent. */
export async function namedReference(source: DataArgument['source'], context: Context): Promise<string> {
  if (source.kind === 'reference') return source.reference;
  return `artifact:sha256-${await hashOf(source, context)}${formatFragment(source)}`;
}

/** The references of several, one after the other, each with its name. */
export async function uploadedReferences(
  sources: readonly DataArgument[],
  client: Client,
  context: Context,
): Promise<[name: string, reference: string][]> {
  const references: [string, string][] = [];
  for (const source of sources) references.push([source.name, await uploadedReference(source, client, context)]);
  return references;
}

export interface UploadedFile {
  readonly path: string;
  readonly bytes: number;
}

/** Hashes the file, asks the server whether it has these bytes, and sends them only if not. Constant memory. */
export async function uploadFile(file: UploadedFile, client: Client, context: Context): Promise<StoredData> {
  const sha256 = await hashOf(file, context);
  const bytes = await client.hasData(sha256, context);
  // Bytes of another length are what is left of a damaged artifact: sending them again makes it whole.
  if (bytes === file.bytes) {
    return { artifact: `artifact:sha256-${sha256}`, sha256, bytes, existed: true };
  }
  const display = transferDisplay(context, `Uploading ${file.path}`, file.bytes);
  const read = (offset: number) => Readable.toWeb(readFrom(file.path, offset, { context, advance: display.advance }));
  const options = { sha256, signal: context.signal };
  try {
    if (file.bytes < resumableBytes) return await client.putData(read(0), options);
    return await client.upload({ bytes: file.bytes, read }, options);
  } finally {
    display.end();
  }
}

/** After a broken connection some bytes are sent, and counted, once more. */
function readFrom(
  path: string,
  start: number,
  { context, advance }: { readonly context: Context; readonly advance: (bytes: number) => void },
): Readable {
  const stream = createReadStream(path, { start, signal: context.signal });
  const counted = counting(advance);
  stream.on('error', (error) => counted.destroy(error));
  // Whoever stops reading here needs the file no longer.
  counted.on('close', () => stream.destroy());
  return stream.pipe(counted);
}

async function hashOf(file: { readonly path: string; readonly bytes: number }, context: Context): Promise<string> {
  const display = transferDisplay(context, `Reading ${file.path}`, file.bytes);
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file.path, { signal: context.signal })) {
      const bytes = chunk as Buffer;
      hash.update(bytes);
      display.advance(bytes.length);
    }
  } finally {
    display.end();
  }
  return hash.digest('hex');
}

function counting(advance: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      advance(chunk.length);
      done(null, chunk);
    },
  });
}
