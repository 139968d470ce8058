import type { Catalog, Job, Submission } from '@rondel/contracts';
import type { ResultFile } from '../jobs/result-file.js';
import { downloadResult } from '../jobs/result-file.js';
import { readFileParameters } from '../data/file-parameters.js';
import type { Context } from '../terminal/context.js';
import type { ChosenValues } from './chosen-method.js';
import { atSlice } from './slice-reference.js';
import type { TrialSettings } from './trial-settings.js';

/** What stays the same while values are tried. */
export type TrialScan = Omit<Submission, 'parameters' | 'lane' | 'split'>;

/** One slice, computed. */
export interface Trial {
  readonly job: Job;
  readonly settings: TrialSettings;
  /** What was set beside them. */
  readonly chosen: ChosenValues;
  /** From the change to the picture. */
  readonly seconds: number;
  /** What the plan left open and the data told, by the path of the property. */
  readonly found: Readonly<Record<string, unknown>>;
}

interface Place {
  readonly chosen: ChosenValues;
  readonly context: Context;
  /** What this machine knows of plans. */
  readonly catalog: Catalog;
  readonly file: ResultFile;
}

/**
 * Computes the slice in the interactive lane and writes its picture; files that values name are uploaded, as they are now. Throws
 * what refuses it; a job may have failed.
 */
export async function tryOnce(
  scan: TrialScan,
  settings: TrialSettings,
  { chosen, context, catalog, file }: Place,
): Promise<Trial> {
  const begun = performance.now();
  const { signal } = context;
  const client = context.client();
  const { slice, values } = settings;
  const given = await readFileParameters({ ...values, ...chosen }, catalog, { client, context });
  const accepted = await client.submit(
    {
      ...scan,
      data: slice === undefined ? scan.data : atSlice(scan.data, slice),
      parameters: await given.upload(client),
      lane: 'interactive',
      split: 'none',
    },
    { signal },
  );
  const job = await client.waitForJob(accepted.id, { signal });
  if (job.state !== 'completed') return { job, settings, chosen, seconds: secondsSince(begun), found: {} };
  await downloadResult(client, job.id, file, signal);
  const seconds = secondsSince(begun);
  const { found = {} } = await client.provenance(job.id, { signal });
  return { job, settings, chosen, seconds, found };
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000;
}
