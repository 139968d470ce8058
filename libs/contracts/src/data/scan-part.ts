import { RondelError } from '../failure/failure.js';

/** Entries of an axis from 0, `[start, stop)`, as Python slices have them: those below 0 count from the end. */
export interface Span {
  readonly start?: number;
  readonly stop?: number;
  /** Every so many, >= 1. */
  readonly step?: number;
}

/** What of a scan is read; all that is not named is read whole. */
export interface ScanPart {
  readonly slice?: Span;
  readonly angle?: Span;
  readonly detector?: Span;
  /** Projections that are left out, as they are counted in the file. */
  readonly skip?: readonly Span[];
}

/** Names of its options in a data reference. */
export const scanPartNames = ['slice', 'angle', 'detector', 'skip'] as const;

const mostSkipped = 1000;
const spanPattern = /^(-?\d{1,9})?:(-?\d{1,9})?(?::(\d{1,9}))?$/;
const entryPattern = /^-?\d{1,9}$/;

/** Reads its options. Throws `INVALID_REQUEST`. */
export function readScanPart(options: ReadonlyMap<string, string>): ScanPart {
  const part: { -readonly [name in keyof ScanPart]: ScanPart[name] } = {};
  for (const name of ['slice', 'angle', 'detector'] as const) {
    const text = options.get(name);
    if (text !== undefined) part[name] = spanIn(name, text, name === 'angle');
  }
  const skip = options.get('skip');
  if (skip !== undefined) part.skip = skippedIn(skip);
  return part;
}

/** The options of a part, as a reference has them. */
export function formatScanPart({ skip, ...spans }: ScanPart): string[] {
  const named = (['slice', 'angle', 'detector'] as const).flatMap((name) => {
    const span = spans[name];
    return span ? [`${name}=${formatSpan(span)}`] : [];
  });
  return skip ? [...named, `skip=${skip.map(formatSkipped).join()}`] : named;
}

function formatSpan({ start, stop, step }: Span): string {
  return `${start ?? ''}:${stop ?? ''}${step === undefined ? '' : `:${step}`}`;
}

function formatSkipped(span: Span): string {
  const { start = 0, stop } = span;
  return stop === start + 1 || (start === -1 && stop === undefined) ? `${start}` : formatSpan(span);
}

function spanIn(name: string, text: string, hasStep: boolean): Span {
  const [, start, stop, step] = spanPattern.exec(text) ?? [];
  const isSpan = spanPattern.test(text) && (hasStep || step === undefined) && step !== '0';
  if (isSpan) return spanOf(start, stop, step);
  throw new RondelError(
    'INVALID_REQUEST',
    `${name} must be a range of entries counted from 0, as in ${name}=100:200${hasStep ? ` or ${name}=0:1800:10 for every tenth` : ' (every so many can be taken of angle= alone)'}, got "${text.slice(0, 100)}".`,
  );
}

function spanOf(start: string | undefined, stop: string | undefined, step?: string): Span {
  return {
    ...(start !== undefined && { start: Number(start) }),
    ...(stop !== undefined && { stop: Number(stop) }),
    ...(step !== undefined && { step: Number(step) }),
  };
}

function skippedIn(text: string): Span[] {
  const parts = text.split(',');
  const fits = parts.every(
    (part) => entryPattern.test(part) || (spanPattern.test(part) && part.split(':').length === 2),
  );
  if (fits && parts.length <= mostSkipped) {
    return parts.map((part) => {
      const [start, stop] = part.split(':');
      if (stop !== undefined) return spanOf(start === '' ? undefined : start, stop === '' ? undefined : stop);
      const entry = Number(part);
      return { start: entry, ...(entry !== -1 && { stop: entry + 1 }) };
    });
  }
  throw new RondelError(
    'INVALID_REQUEST',
    `skip must be up to ${mostSkipped} projections or ranges of them, counted from 0, as in skip=3,17,200:210, got "${text.slice(0, 100)}".`,
  );
}
