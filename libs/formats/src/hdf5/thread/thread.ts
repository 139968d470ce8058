import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { failure, isRondelError, type NdArray } from '@rondel/contracts';
import { frameHdf5 } from '../writing/frame.js';
import { writeMdfFile } from '../mdf/write.js';
import { openLibrary, type Hdf5Library } from '../library/library.js';
import { describeHdf5, readHdf5, readHdf5Arrays } from '../reading/read.js';
import type { Hdf5Answer, Hdf5Task } from './thread-messages.js';
import { writeHdf5 } from '../writing/write.js';

if (parentPort === null) throw new Error('This is the program of a thread.');
const asked = once(parentPort, 'message') as Promise<[Hdf5Task]>;
// Before anything is asked: threads are started ahead, see run-in-thread.ts.
const library = await openLibrary();
const [task] = await asked;
const answer = answerTo(library, task);
parentPort.postMessage(answer, buffersOf(answer));

function answerTo(opened: Hdf5Library, wanted: Hdf5Task): Hdf5Answer {
  try {
    switch (wanted.kind) {
      case 'read':
        return { kind: 'dataset', dataset: readHdf5(opened, wanted.request) };
      case 'read-arrays':
        return { kind: 'arrays', arrays: readHdf5Arrays(opened, wanted.request, wanted.parts) };
      case 'describe':
        return { kind: 'facts', facts: describeHdf5(opened, wanted.request) };
      case 'write':
        return { kind: 'file', bytes: writeHdf5(opened, wanted.array) };
      case 'write-mdf':
        return { kind: 'file', bytes: writeMdfFile(opened, wanted.source) };
      case 'frame':
        return { kind: 'frame', frame: frameHdf5(opened, wanted.array) };
    }
  } catch (error) {
    if (isRondelError(error)) return { kind: 'failure', failure: error.failure };
    if ('request' in wanted && isLibraryFault(error))
      return { kind: 'failure', failure: unreadable(opened, wanted.request.label) };
    throw error;
  }
}

/**
 * h5wasm throws plain errors for what libhdf5 refuses. A trap (`RuntimeError`) or an overflowing stack (`RangeError`)
 * means that a damaged file led libhdf5 astray.
 */
function isLibraryFault(error: unknown): boolean {
  return error instanceof Error && ['Error', 'RuntimeError', 'RangeError'].includes(error.name);
}

function unreadable(opened: Hdf5Library, label: string) {
  const complaint = opened.takeComplaint();
  const reason = complaint === '' ? '' : ` (${complaint})`;
  return failure('DATA_FORMAT', `${label}: libhdf5 cannot read this file${reason}. Copy or write it again.`);
}

/** Memory that moves to the main thread instead of being copied. */
function buffersOf(finished: Hdf5Answer): ArrayBuffer[] {
  if (finished.kind === 'failure' || finished.kind === 'facts' || finished.kind === 'frame') return [];
  if (finished.kind === 'file') return [finished.bytes.buffer];
  const arrays: NdArray[] =
    finished.kind === 'arrays'
      ? [...finished.arrays]
      : [finished.dataset.data, ...Object.values(finished.dataset.companions)];
  return arrays.map(({ data }) => data.buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}
