// First: it sees how h5wasm compiles libhdf5, which is when the others are loaded.
import { program } from './program.js';
import { parentPort } from 'node:worker_threads';
import { failure, isRondelError, type NdArray } from '@rondel/contracts';
import { frameHdf5 } from '../writing/frame.js';
import { writeMdfFile } from '../mdf/write.js';
import { openLibrary, type Hdf5Library } from '../library/library.js';
import { chunkOfHdf5, describeHdf5, readHdf5, readHdf5Arrays, readHdf5Ranges } from '../reading/read.js';
import { renewedLibrary } from './renewed-library.js';
import type { Hdf5Answer, Hdf5Task, ThreadMessage } from './thread-messages.js';
import { writeHdf5 } from '../writing/write.js';

/** Memory of libhdf5 after a task, and tasks, that a thread is ended for: not all that it holds comes back before. */
const largestMemory = 128 * 2 ** 20;
const mostTasks = 500;

if (parentPort === null) throw new Error('This is the program of a thread.');
const port = parentPort;
let tasks = 0;
let library = openLibrary();
port.on('message', (task: Hdf5Task) => void run(task));

/** Whatever a file has done to libhdf5 is gone before the next task: each has one that has just started. */
async function run(task: Hdf5Task): Promise<void> {
  const opened = await library;
  const { answer, isAstray } = answerTo(opened, task);
  tasks += 1;
  const isSpent = isAstray || tasks >= mostTasks || opened.module.HEAPU8.byteLength > largestMemory;
  port.postMessage({ kind: 'answer', answer, isSpent } satisfies ThreadMessage, buffersOf(answer));
  if (isSpent) return;
  library = renewedLibrary(opened, program);
  await library;
  port.postMessage({ kind: 'ready' } satisfies ThreadMessage);
}

interface Finished {
  readonly answer: Hdf5Answer;
  /** Whether libhdf5 gave up in a way of its own. */
  readonly isAstray: boolean;
}

function answerTo(opened: Hdf5Library, task: Hdf5Task): Finished {
  try {
    return { answer: done(opened, task), isAstray: false };
  } catch (error) {
    if (isRondelError(error)) return { answer: { kind: 'failure', failure: error.failure }, isAstray: false };
    if ('request' in task && isLibraryFault(error)) {
      return { answer: { kind: 'failure', failure: unreadable(opened, task.request.label) }, isAstray: true };
    }
    throw error;
  }
}

function done(opened: Hdf5Library, wanted: Hdf5Task): Hdf5Answer {
  switch (wanted.kind) {
    case 'read':
      return { kind: 'dataset', dataset: readHdf5(opened, wanted.request) };
    case 'read-ranges':
      return { kind: 'datasets', datasets: readHdf5Ranges(opened, wanted.request, wanted.ranges) };
    case 'read-arrays':
      return { kind: 'arrays', arrays: readHdf5Arrays(opened, wanted.request, wanted.parts) };
    case 'chunk':
      return { kind: 'chunk', chunk: chunkOfHdf5(opened, wanted.request) };
    case 'describe':
      return { kind: 'facts', facts: describeHdf5(opened, wanted.request) };
    case 'write':
      return { kind: 'file', bytes: writeHdf5(opened, wanted.array) };
    case 'write-mdf':
      return { kind: 'file', bytes: writeMdfFile(opened, wanted.source) };
    case 'frame':
      return { kind: 'frame', frame: frameHdf5(opened, wanted.array) };
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
  if (
    finished.kind === 'failure' ||
    finished.kind === 'facts' ||
    finished.kind === 'chunk' ||
    finished.kind === 'frame'
  )
    return [];
  if (finished.kind === 'file') return [finished.bytes.buffer];
  const buffers = arraysOf(finished).map(({ data }) => data.buffer);
  // What has no axis that was cut is the same in several datasets.
  return [...new Set(buffers.filter((buffer) => buffer instanceof ArrayBuffer))];
}

function arraysOf(finished: Extract<Hdf5Answer, { kind: 'dataset' | 'datasets' | 'arrays' }>): readonly NdArray[] {
  if (finished.kind === 'arrays') return finished.arrays;
  const datasets = finished.kind === 'dataset' ? [finished.dataset] : finished.datasets;
  return datasets.flatMap(({ data, companions }) => [data, ...Object.values(companions)]);
}
