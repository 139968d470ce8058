import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The graphics card on which CUDA computes. */
export interface NvidiaCard {
  /** E.g. `NVIDIA H100 80GB HBM3`. */
  readonly name: string;
  readonly memoryBytes: number;
}

/** A card, or why none was found. */
export type CardSearch = { readonly card: NvidiaCard } | { readonly card?: undefined; readonly reason: string };

/** A card that sleeps needs some seconds to wake up. */
const slowestAnswerMilliseconds = 30_000;
const mebibyte = 2 ** 20;

/**
 * The one card that a process is to use: the first of CUDA_VISIBLE_DEVICES, else number 0. An empty list hides all.
 * tfjs-node copies tensors to the last card that it sees while TensorFlow computes on the first, so it must see one.
 */
export function chosenCard(visibleDevices: string | undefined): string {
  return (visibleDevices ?? '0').split(',')[0]?.trim() ?? '';
}

/** Reads a line such as `NVIDIA A100-SXM4-40GB, 40960`, the memory in MiB. */
export function parseCard(answer: string): NvidiaCard | undefined {
  const fields = /^(?<name>.+), (?<mebibytes>\d+)$/.exec(answer.trim())?.groups;
  if (fields?.name === undefined) return undefined;
  return { name: fields.name, memoryBytes: Number(fields.mebibytes) * mebibyte };
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') return 'nvidia-smi is not on the PATH';
  const printed = 'stdout' in error && 'stderr' in error ? `${String(error.stdout)}${String(error.stderr)}`.trim() : '';
  return `nvidia-smi fails (${(printed || error.message).split('\n')[0] ?? ''})`;
}

/** Asks nvidia-smi for the card with this index or UUID. */
export async function findNvidiaCard(id: string): Promise<CardSearch> {
  if (id === '' || id === '-1') return { reason: 'CUDA_VISIBLE_DEVICES hides every card' };
  const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits', `--id=${id}`];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: slowestAnswerMilliseconds });
    const card = parseCard(stdout);
    return card === undefined ? { reason: `nvidia-smi answers ${JSON.stringify(stdout.slice(0, 200))}` } : { card };
  } catch (error) {
    return { reason: explain(error) };
  }
}
