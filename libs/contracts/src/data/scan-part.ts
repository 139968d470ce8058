import { RondelError } from '../failure/failure.js';

/** Entries of an axis from 0, `[start, stop)`, as Python slices have them: those below 0 count from the end. */
export interface Span {
  readonly start?: number;
  readonly stop?: number;
  /** Every so many, >= 1. */
  readonly step?: number;
}

/** How many neighbours become one, their mean; 1 leaves an axis as it is. */
export interface Binning {
  readonly detector: number;
  readonly slice: number;
  readonly angle: number;
}

/** What of a scan is read; all that is not named is read whole. */
export interface ScanPart {
  readonly slice?: Span;
  readonly angle?: Span;
  readonly detector?: Span;
  /** Projections that are left out, as they are counted in the file. */
  readonly skip?: readonly Span[];
  /** Of what is read; those that are left over at the end of an axis are not. */
  readonly binning?: Binning;
}

/** Names of its options in a data reference. */
export const scanPartNames = ['slice', 'angle', 'detector', 'skip', 'binning'] as const;

const mostSkipped = 1000;
const spanPattern = /^(-?\d{1,9})?:(-?\d{1,9})?(?::(\d{1,9}))?$/;
const entryPattern = /^-?\d{1,9}$/;
/** Bins x slices x projections; one number is for bins and slices. */
const binningPattern = /^(\d{1,2})(?:x(\d{1,2})(?:x(\d{1,2}))?)?$/;
const mostBinned = 64;

/** Reads its options. Throws `INVALID_REQUEST`. */
export function readScanPart(options: ReadonlyMap<string, string>): ScanPart {
  const part: { -readonly [name in keyof ScanPart]: ScanPart[name] } = {};
  for (const name of ['slice', 'angle', 'detector'] as const) {
    const text = options.get(name);
    if (text !== undefined) part[name] = spanIn(name, text, name === 'angle');
  }
  const skip = options.get('skip');
  if (skip !== undefined) part.skip = skippedIn(skip);
  const binning = options.get('binning');
  if (binning !== undefined) part.binning = binningIn(binning);
  return part;
}

/** The options of a part, as a reference has them. */
export function formatScanPart({ skip, binning, ...spans }: ScanPart): string[] {
  const named = (['slice', 'angle', 'detector'] as const).flatMap((name) => {
    const span = spans[name];
    return span ? [`${name}=${formatSpan(span)}`] : [];
  });
  return [
    ...named,
    ...(skip ? [`skip=${skip.map(formatSkipped).join()}`] : []),
    ...(binning ? [`binning=${binning.detector}x${binning.slice}x${binning.angle}`] : []),
  ];
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

function binningIn(text: string): Binning {
  const [, detector, slice = detector, angle = 1] = binningPattern.exec(text) ?? [];
  const numbers = [detector, slice, angle].map(Number) as [number, number, number];
  if (numbers.every((number) => number >= 1 && number <= mostBinned)) {
    return { detector: numbers[0], slice: numbers[1], angle: numbers[2] };
  }
  throw new RondelError(
    'INVALID_REQUEST',
    `binning must be how many detector bins and slices become one, from 1 to ${mostBinned}, as in binning=2, or binning=2x1 for bins and slices, or binning=2x2x4 for projections as well, got "${text.slice(0, 100)}".`,
  );
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
