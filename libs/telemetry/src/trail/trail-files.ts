import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Check } from '@rondel/contracts/schema';
import { partsOf } from './trail-chain.js';
import { longestLine, TrailLineSchema, type TrailHead } from './trail-entry.js';

const trailForm = /^[a-z]+-[A-Za-z0-9-]{1,63}-(\d{8}T\d{6}Z)-[0-9a-f]{8}$/;
const fileForm = /^(.+)\.(\d{4,9})\.jsonl$/;

/** Names a trail: the program, the machine, when it began, and what tells it from all others. */
export function newTrailName(program: string, now = new Date()): string {
  const host =
    hostname()
      .replace(/[^A-Za-z0-9-]/g, '-')
      .slice(0, 63) || 'host';
  const began = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${program}-${host}-${began}-${randomBytes(4).toString('hex')}`;
}

export function trailFileName(trail: string, file: number): string {
  return `${trail}.${String(file).padStart(4, '0')}.jsonl`;
}

/** The trail and the number of a file, by its name; undefined for a file that is none. */
export function trailFileOf(name: string): { readonly trail: string; readonly file: number } | undefined {
  const [, trail = '', file = ''] = fileForm.exec(name) ?? [];
  return trailForm.test(trail) ? { trail, file: Number(file) } : undefined;
}

/** When a trail began, in milliseconds of Unix time; to the second. */
export function beganAt(trail: string): number {
  const [, text = ''] = trailForm.exec(trail) ?? [];
  return Date.parse(text.replace(/(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z/, '$1-$2-$3T$4:$5:$6Z'));
}

/** Numbers of the files of each trail in a folder, ascending; trails in the order of their names. */
export async function listTrails(folder: string): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  for (const name of (await readdir(folder)).sort()) {
    const { trail, file } = trailFileOf(name) ?? {};
    if (trail === undefined || file === undefined) continue;
    const files = found.get(trail) ?? [];
    files.push(file);
    found.set(
      trail,
      files.sort((a, b) => a - b),
    );
  }
  return found;
}

/** A line of a file, without what ends it. */
export interface FileLine {
  /** From 1 on. */
  readonly number: number;
  readonly text: string;
  /** False for a last one that nothing ends: whoever wrote it was interrupted. */
  readonly isWhole: boolean;
}

/** The lines of a file as they come, however long it is. What is longer than any line of a trail is cut, and is one that nothing ends. */
export async function* fileLines(path: string): AsyncGenerator<FileLine> {
  let number = 1;
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 }) as AsyncIterable<Buffer>) {
    let rest = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield { number, text: rest.toString('utf8', 0, Math.min(end, longestLine)), isWhole: end <= longestLine };
      number += 1;
      rest = rest.subarray(end + 1);
    }
    held = rest;
    if (held.length > longestLine) break;
  }
  if (held.length > 0) yield { number, text: held.toString('utf8', 0, longestLine), isWhole: false };
}

/** Where a trail stands, by the last whole line of its last file; undefined where there is none. */
export async function headOf(folder: string, trail: string, files: readonly number[]): Promise<TrailHead | undefined> {
  for (const file of [...files].reverse().slice(0, 2)) {
    const line = await lastLine(join(folder, trailFileName(trail, file)));
    const hash = line === undefined ? undefined : partsOf(line)?.hash;
    if (line === undefined || hash === undefined) continue;
    const value = parsedLine(line);
    if (Check(TrailLineSchema, value)) return { trail, n: value.n, hash };
  }
  return undefined;
}

/** What a line says; undefined for what is no JSON. */
export function parsedLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function lastLine(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, 2 * longestLine));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
    const text = bytes.subarray(0, bytesRead).toString('utf8');
    const end = text.lastIndexOf('\n');
    return end < 0 ? undefined : text.slice(text.lastIndexOf('\n', end - 1) + 1, end);
  } finally {
    await file.close();
  }
}

/** When the last file of a trail was written to, in milliseconds of Unix time. */
export async function writtenAt(folder: string, trail: string, files: readonly number[]): Promise<number> {
  return (await stat(join(folder, trailFileName(trail, files.at(-1) ?? 1)))).mtimeMs;
}
