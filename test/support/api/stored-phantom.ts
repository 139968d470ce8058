import { join } from 'node:path';
import { rondel } from '../machine/rondel-command.js';
import type { Stack } from '../machine/stack.js';

export interface PhantomForm {
  /** Pixels along each side of the image. */
  readonly size: number;
  /** Projections over half a turn. */
  readonly angles: number;
  /** 1 unless given. */
  readonly frames?: number;
  /** Fraction of the largest line integral; none unless given. */
  readonly noise?: number;
}

/** Simulates a scan and writes it to `head.npy` in the folder of the stack. */
export async function phantomFile(stack: Stack, form: PhantomForm): Promise<string> {
  const { size, angles, frames = 1, noise } = form;
  const file = join(stack.directory, 'head.npy');
  const options = ['--size', `${size}`, '--frames', `${frames}`, '--angles', `${angles}`];
  if (noise !== undefined) options.push('--noise', `${noise}`);
  const made = await rondel(['data', 'phantom', '-o', file, ...options], stack.environment);
  if (made.code !== 0) throw new Error(made.stderr);
  return file;
}

/** The same, uploaded: its data reference. */
export async function storedPhantom(stack: Stack, form: PhantomForm): Promise<string> {
  const put = await rondel(['data', 'put', await phantomFile(stack, form), '--json'], stack.environment);
  if (put.code !== 0) throw new Error(put.stderr);
  return (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
}
