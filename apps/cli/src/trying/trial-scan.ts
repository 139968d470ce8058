import { statSync } from 'node:fs';
import { readDataArguments } from '../data/data-argument.js';
import {
  readSubmission,
  type SubmissionArguments,
  type SubmissionOptions,
  type Surroundings,
} from '../jobs/submission-options.js';
import { sizeOfScan, type ScanSize } from './scan-size.js';
import type { TrialScan } from './trial.js';

/** What is submitted each time. */
export interface ReadScan extends ScanSize {
  readonly scan: TrialScan;
}

/**
 * Reads the plan and the data, and again once a file of theirs on this machine has changed: whoever computes again after that wants
 * its image. The function throws what `readSubmission` does.
 */
export function openTrialScan(
  { plan, data }: SubmissionArguments,
  options: Omit<SubmissionOptions, 'set' | 'label'>,
  { client, context }: Surroundings,
): () => Promise<ReadScan> {
  let held: { readonly read: ReadScan; readonly files: string } | undefined;
  return async () => {
    const files = await notedOfFiles({ plan, data });
    if (held?.files === files) return held.read;
    const read = await readSubmission({ plan, data }, { ...options, set: [], label: [] }, { client, context });
    const { parameters: _, ...scan } = read;
    const size = await sizeOfScan(scan.data, client, context.signal);
    held = { read: { scan, ...size }, files };
    return held.read;
  };
}

/** What the file system notes of files here, which changes with their bytes. Names of built-in plans and references are no files. */
async function notedOfFiles({ plan, data }: SubmissionArguments): Promise<string> {
  const sources = await readDataArguments(data);
  const paths = [plan, ...sources.flatMap(({ source }) => (source.kind === 'file' ? [source.path] : []))];
  const noted = paths.map((path) => {
    const status = statSync(path, { bigint: true, throwIfNoEntry: false });
    return status && [status.size, status.mtimeNs, status.ctimeNs, status.ino].map(String);
  });
  return JSON.stringify(noted);
}
