import { join } from 'node:path';
import type { Client } from '@rondel/client';
import { RondelError, type Job, type NdArray } from '@rondel/contracts';
import { encodeArray, readDataset } from '@rondel/formats';
import { sheppLoganImage, sheppLoganScan } from '@rondel/radon/phantom';
import type { Context } from '../terminal/context.js';
import { followOwnJob } from '../jobs/follow-job.js';
import { printJob } from '../jobs/job-summary.js';
import { downloadResult, resultFile, writeWhole } from '../jobs/result-file.js';
import { uploadFile } from '../data/upload.js';

export interface DemoSurroundings {
  readonly client: Client;
  readonly context: Context;
  /** Folder for images and arrays. */
  readonly output: string;
}

/** The simulated scan, uploaded, and what its reconstructions are compared with. */
export interface DemoScan {
  readonly reference: string;
  /** rad */
  readonly angles: readonly number[];
  readonly truth: NdArray;
}

export interface DemoMethod {
  /** Name of the files. */
  readonly name: string;
  readonly plan: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface DemoResult {
  readonly plan: string;
  readonly job: string;
  /** ||x - truth|| / ||truth|| over all frames and voxels. */
  readonly relativeError: number;
  readonly seconds: number;
  readonly steps: Job['steps'];
}

const phantom = { size: 64, frames: 5, angles: 256 };
/** Brain tissue has 0.2 and the skull 1 in this phantom; white at 0.6 keeps the tissue apart. */
const window: readonly [number, number] = [0, 0.6];
const slice = phantom.size / 2;
const frame = 0;

/** Simulates the scan, writes it and the truth to the folder, and uploads it. */
export async function prepareDemo({ client, context, output }: DemoSurroundings): Promise<DemoScan> {
  const { size, frames, angles } = phantom;
  context.note(`Simulating a scan: ${size} x ${size} x ${size} voxels, ${frames} frames, ${angles} angles`);
  const scan = sheppLoganScan(phantom);
  const truth = sheppLoganImage(phantom);
  const path = join(output, 'scan.npy');
  const encoded = await encodeArray(scan.data, 'npy');
  await writeWhole(path, encoded.parts);
  await writeWhole(join(output, 'truth.npy'), (await encodeArray(truth, 'npy')).parts);
  await writeWhole(join(output, 'truth.png'), (await encodeArray(truth, 'png', { slice, frame, window })).parts);
  const { artifact } = await uploadFile({ path, bytes: encoded.bytes }, client, context);
  return { reference: artifact, angles: Array.from(scan.companions.angles?.data ?? []), truth };
}

/** Runs one method through the REST API, downloads image and array, and compares them with the truth. */
export async function reconstruct(
  { name, plan, parameters }: DemoMethod,
  { reference, angles, truth }: DemoScan,
  { client, context, output }: DemoSurroundings,
): Promise<DemoResult> {
  const accepted = await client.submit({
    plan: { name: plan },
    parameters: { angles, ...parameters },
    data: reference,
  });
  context.note(`Job ${accepted.id}: ${plan}`);
  const job = await followOwnJob(accepted.id, client, context);
  printJob(job, context);
  if (job.result === undefined) throw unfinished(job);
  const array = await resultFile(join(output, `${name}.npy`));
  await downloadResult(client, job.id, array, context.signal);
  await downloadResult(client, job.id, await resultFile(join(output, `${name}.png`), { slice, frame, window }));
  const image = await readDataset(array.path);
  return {
    plan,
    job: job.id,
    relativeError: relativeError(image.data, truth),
    seconds: job.result.seconds,
    steps: job.steps,
  };
}

/** ||x - truth|| / ||truth||. Throws `DATA_SHAPE_MISMATCH` when the shapes differ. */
export function relativeError(image: NdArray, truth: NdArray): number {
  if (image.shape.join() !== truth.shape.join()) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `The image has shape [${image.shape.join(', ')}], the truth [${truth.shape.join(', ')}].`,
    );
  }
  let difference = 0;
  let norm = 0;
  truth.data.forEach((expected, index) => {
    difference += ((image.data[index] ?? 0) - expected) ** 2;
    norm += expected ** 2;
  });
  return Math.sqrt(difference / norm);
}

function unfinished({ id, state, error }: Job): RondelError {
  if (error !== undefined) return RondelError.from(error);
  return new RondelError(state === 'cancelled' ? 'CANCELLED' : 'INTERNAL', `Job ${id} is ${state}.`);
}
