import type { Command } from 'commander';
import { RondelError } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { readDataArguments } from '../../data/data-argument.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { bytesText } from '../../terminal/quantity.js';
import type { RunAction } from '../../shell/shell.js';
import { uploadFile } from '../../data/upload.js';

export function addDataPut(data: Command, run: RunAction): void {
  data
    .command('put')
    .description('upload files; what the server has already is not sent')
    .argument('<file...>')
    .action((files: string[]) => run((context) => put(files, context)));
}

async function put(files: readonly string[], context: Context): Promise<ExitCode> {
  const client = context.client();
  const found = await Promise.all(files.map(async (file) => ({ file, source: await fileOf(file) })));
  const stored = [];
  for (const { file, source } of found) {
    const data = await uploadFile(source, client, context);
    stored.push({ file, ...data });
    context.print(`${data.artifact}  ${bytesText(data.bytes)}  ${file}${data.existed ? '  (was there already)' : ''}`);
  }
  context.printJson({ stored });
  return exitCodes.done;
}

async function fileOf(file: string) {
  const [argument] = await readDataArguments([file]);
  if (argument?.source.kind === 'file') return argument.source;
  throw new RondelError('INVALID_REQUEST', `${file} is a reference, not a file here: there is nothing to upload.`);
}
