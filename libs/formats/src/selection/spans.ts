import { RondelError, type ScanPart, type Span } from '@rondel/contracts';
import { countOfRuns, partOfRuns, type Run } from '../array/runs.js';
import { binnedAlong } from './binning.js';

/** What of an axis is read. */
export interface ChosenEntries {
  /** How many there are then, each the mean of `factor` of those in `runs`. */
  readonly count: number;
  readonly factor: number;
  /** How many at the end are too few for another. */
  readonly leftOver: number;
  /** In order, none of them empty. */
  readonly runs: readonly Run[];
}

export function allEntries(extent: number): ChosenEntries {
  return { count: extent, factor: 1, leftOver: 0, runs: [{ start: 0, stop: extent }] };
}

/** The entries of one axis that a part takes. Throws `INVALID_REQUEST` where there are none. */
export function chosenOf(axis: 'slice' | 'angle' | 'detector', part: ScanPart, extent: number): ChosenEntries {
  const span = part[axis] ?? {};
  const { start, stop } = resolved(span, extent);
  const step = span.step ?? 1;
  const skipped = axis === 'angle' ? (part.skip ?? []).map((each) => skippedRun(each, extent)) : [];
  const runs =
    step === 1 && skipped.length === 0 ? [{ start, stop }] : runsOf({ start, stop }, step, isSkipped(skipped, extent));
  const all = countOfRuns(runs);
  if (all > 0) return binned(axis, runs, { all, factor: binnedAlong(axis, part.binning) });
  const said = [span.start ?? '', span.stop ?? ''].join(':');
  throw new RondelError(
    'INVALID_REQUEST',
    `${axis}=${said}${skipped.length > 0 ? ' without skip' : ''} takes nothing of the ${extent} entries that the data has along ${axis}, which are counted from 0.`,
  );
}

/** Throws `INVALID_REQUEST` where there are too few to become one. */
function binned(
  axis: string,
  runs: readonly Run[],
  { all, factor }: { readonly all: number; readonly factor: number },
): ChosenEntries {
  const count = Math.floor(all / factor);
  const taken = count * factor;
  if (count > 0) return { count, factor, leftOver: all - taken, runs: partOfRuns(runs, { start: 0, stop: taken }) };
  throw new RondelError(
    'INVALID_REQUEST',
    `binning makes one of ${factor} entries along ${axis}, of which the data has ${all}. binning=2x1 is for bins and slices, binning=2x2x4 for projections as well.`,
  );
}

/** Throws `INVALID_REQUEST` for what leaves out nothing: it is another scan that was meant. */
function skippedRun(span: Span, extent: number): Run {
  const run = resolved(span, extent);
  if (run.stop > run.start) return run;
  const start = span.start ?? 0;
  throw new RondelError(
    'INVALID_REQUEST',
    `skip=${start}${span.stop === start + 1 ? '' : `:${span.stop ?? ''}`} leaves out nothing: the data has ${extent} projections, which are counted from 0.`,
  );
}

function isSkipped(skipped: readonly Run[], extent: number): (entry: number) => boolean {
  if (skipped.length === 0) return () => false;
  const marks = new Uint8Array(extent);
  for (const { start, stop } of skipped) marks.fill(1, start, stop);
  return (entry) => marks[entry] === 1;
}

function runsOf({ start, stop }: Run, step: number, isLeftOut: (entry: number) => boolean): Run[] {
  const runs: { start: number; stop: number }[] = [];
  for (let entry = start; entry < stop; entry += step) {
    if (isLeftOut(entry)) continue;
    const last = runs.at(-1);
    if (last?.stop === entry) last.stop = entry + 1;
    else runs.push({ start: entry, stop: entry + 1 });
  }
  return runs;
}

/** As Python slices: what is below 0 counts from the end, what is beyond it ends there. */
function resolved({ start = 0, stop = Infinity }: Span, extent: number): Run {
  const from = (entry: number) => Math.min(extent, Math.max(0, entry < 0 ? extent + entry : entry));
  return { start: from(start), stop: from(stop) };
}
