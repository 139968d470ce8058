import { readFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '@rondel/contracts';
import { decode } from 'fast-png';
import { childrenOf, startStack, type Stack } from '../support/machine/stack.js';
import { attenuationAt, distanceToRim, writeLargeScan, type LargeScan } from './scan-file.js';

export interface LargeScanReport {
  readonly scanBytes: number;
  readonly seconds: { readonly write: number; readonly reconstruct: number };
  readonly blocks: number;
  /** Workers that computed some of them. */
  readonly workers: number;
  /** Bins from 0, as the job has found it. */
  readonly center: number | undefined;
  /** Of each worker, with all its processes, at most. */
  readonly peakBytes: readonly number[];
  /** Of three slices: RMS error away from rims over the largest value of the phantom. */
  readonly errors: readonly number[];
  /** What is not as it has to be. */
  readonly broken: readonly string[];
}

export interface LargeScanOptions {
  readonly scan: LargeScan;
  /** For `rondel worker --memory`. */
  readonly memory: string;
  readonly say: (line: string) => void;
}

/** Half a bin of an axis shows as doubled edges. */
const axisTolerance = 0.25;

/** RMS over the largest value, three bins away from rims, where 0.2 to 0.3 % were measured: what is left of the grid and of streaks. */
const errorTolerance = 0.01;

/** Reconstructs a scan in a data root that two workers together cannot hold, with its axis searched, and compares slices with the phantom. */
export async function runLargeScan({ scan, memory, say }: LargeScanOptions): Promise<LargeScanReport> {
  const stack = await startStack();
  try {
    const folder = join(stack.directory, 'scans');
    await mkdir(folder);
    const started = performance.now();
    await writeLargeScan(folder, scan);
    const write = secondsSince(started);
    const scanBytes = 2 * scan.slices * scan.projections * scan.bins;
    say(`wrote ${(scanBytes / 2 ** 30).toFixed(2)} GiB in ${write.toFixed(0)} s`);
    const place = ['--data-root', `scans=${folder}`, '--threads', '1', '--memory', memory];
    const workers = [await stack.startWorker(...place), await stack.startWorker(...place)];
    const peaks = watchPeaks(workers.map(({ child }) => child.pid ?? 0));
    const begun = performance.now();
    const job = await reconstruct(stack, say);
    const reconstructed = secondsSince(begun);
    const peakBytes = await peaks.stop();
    const report = {
      scanBytes,
      seconds: { write, reconstruct: reconstructed },
      peakBytes,
      ...(await looked(stack, job, scan)),
    };
    return { ...report, broken: brokenOf(report, job, scan) };
  } finally {
    await stack.stop();
  }
}

async function reconstruct({ client }: Stack, say: (line: string) => void): Promise<Job> {
  const data = {
    data: 'root://scans/counts.npy?axes=angle,slice,detector',
    white: 'root://scans/white.npy?axes=sample,slice,detector',
    dark: 'root://scans/dark.npy?axes=sample,slice,detector',
    angles: 'root://scans/angles.npy',
  };
  const { id } = await client.submit({ plan: { name: 'radon/fbp' }, data, parameters: { method: 'grid' } });
  for await (const event of client.events(id)) {
    if (event.type === 'log') say(event.data.message);
    if (event.type === 'result') break;
  }
  return client.waitForJob(id);
}

async function looked({ client }: Stack, job: Job, scan: LargeScan) {
  const subjobs = job.steps.at(-1)?.subjobs ?? [];
  const center = Number(/found at detector ([\d.]+)/.exec(await logOf(client, job.id))?.[1]);
  const errors: number[] = [];
  if (job.state === 'completed') {
    for (const part of [0.1, 0.5, 0.9])
      errors.push(await errorOf(client, job.id, scan, Math.floor(part * scan.slices)));
  }
  return {
    blocks: subjobs.length,
    workers: new Set(subjobs.map(({ worker }) => worker)).size,
    center: Number.isNaN(center) ? undefined : center,
    errors,
  };
}

async function logOf(client: Stack['client'], id: string): Promise<string> {
  const messages: string[] = [];
  for await (const event of client.events(id)) {
    if (event.type === 'log') messages.push(event.data.message);
    if (event.type === 'result') break;
  }
  return messages.join('\n');
}

async function errorOf(client: Stack['client'], id: string, scan: LargeScan, slice: number): Promise<number> {
  const most = 3.5 / scan.bins;
  const window: [number, number] = [-most, most];
  const { body } = await client.result(id, { format: 'png', slice, bits: 16, window });
  const { data, width } = decode(new Uint8Array(await new Response(body).arrayBuffer()));
  let [sum, count] = [0, 0];
  for (let index = 0; index < data.length; index++) {
    const pixel = [Math.floor(index / width), index % width] as const;
    if (distanceToRim(scan, slice, pixel) < 3) continue;
    const value = most * ((2 * (data[index] ?? 0)) / 65_535 - 1);
    sum += (value - attenuationAt(scan, slice, pixel)) ** 2;
    count += 1;
  }
  return Math.sqrt(sum / count) / most;
}

function brokenOf(report: Omit<LargeScanReport, 'broken'>, job: Job, { center }: LargeScan): string[] {
  const { blocks, workers, center: found = NaN, errors } = report;
  return [
    ...(job.error ? [job.error.message] : []),
    ...(blocks > 1 ? [] : ['The job was not divided.']),
    ...(workers === 2 ? [] : [`${workers} workers computed blocks.`]),
    ...(Math.abs(found - center) <= axisTolerance ? [] : [`The axis was found at ${found}, not at ${center}.`]),
    ...(errors.every((error) => error <= errorTolerance)
      ? []
      : [`Slices are off by ${errors.map((each) => each.toFixed(3)).join(', ')}.`]),
  ];
}

/** What workers hold at most with all their processes, as the system says several times a second; 0 where it is not Linux. */
function watchPeaks(pids: readonly number[]) {
  const peaks = pids.map(() => 0);
  const over = new AbortController();
  const look = async () => {
    for (const [index, pid] of pids.entries()) {
      const all = [pid, ...(await childrenOf(pid))];
      const bytes = (await Promise.all(all.map(residentBytes))).reduce((sum, each) => sum + each, 0);
      peaks[index] = Math.max(peaks[index] ?? 0, bytes);
    }
  };
  const watching = (async () => {
    while (!over.signal.aborted) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return {
    async stop() {
      over.abort();
      await watching;
      return peaks;
    },
  };
}

/** 0 for a process that has ended. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
