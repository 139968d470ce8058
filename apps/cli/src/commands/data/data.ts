import type { Command } from 'commander';
import { addDataInfo } from './data-info.js';
import { addDataPhantom } from './data-phantom.js';
import { addDataPhantomMpi } from './data-phantom-mpi.js';
import { addDataPut } from './data-put.js';
import type { RunAction } from '../../shell/shell.js';

export function addData(program: Command, run: RunAction): void {
  const data = program.command('data').description('upload, look at and simulate raw data');
  addDataPut(data, run);
  addDataInfo(data, run);
  addDataPhantom(data, run);
  addDataPhantomMpi(data, run);
}
