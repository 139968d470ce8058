import cliProgress from 'cli-progress';
import type { JobEvent, Progress, SweepSummary } from '@rondel/contracts';
import type { Context } from './context.js';
import { plainText } from './plain-text.js';
import { bytesText, secondsText } from './quantity.js';

/** Shows what is on its way; nothing of it reaches standard output. */
export interface TransferDisplay {
  readonly advance: (bytes: number) => void;
  end(): void;
}

export interface JobDisplay {
  show(event: JobEvent): void;
  /** Why it waits. */
  waits(reason: string): void;
  end(): void;
}

/** Files below this size pass before a bar could be read. */
const smallestShown = 8 * 1_048_576;

export function transferDisplay(context: Context, title: string, total: number): TransferDisplay {
  if (context.json || context.stderr.isTTY !== true || total < smallestShown) {
    return { advance: () => undefined, end: () => undefined };
  }
  const bar = new cliProgress.SingleBar({
    ...barOptions(context),
    format: `${title} {bar} {percentage}% of ${bytesText(total)}`,
  });
  bar.start(total, 0);
  return { advance: (bytes) => bar.increment(bytes), end: () => bar.stop() };
}

/** A bar with step, iteration and time left on a terminal; elsewhere a line per step. */
export function jobDisplay(context: Context): JobDisplay {
  if (context.json) return { show: () => undefined, waits: () => undefined, end: () => undefined };
  return context.stderr.isTTY === true ? barDisplay(context) : lineDisplay(context);
}

export interface SweepDisplay {
  readonly show: (summary: SweepSummary) => void;
  end(): void;
}

/** A bar over all jobs of a sweep on a terminal; elsewhere a line whenever another job has ended. */
export function sweepDisplay(context: Context): SweepDisplay {
  if (context.json) return { show: () => undefined, end: () => undefined };
  if (context.stderr.isTTY !== true) return sweepLines(context);
  const bar = new cliProgress.SingleBar({ ...barOptions(context), format: '{bar} {percentage}% {words}' });
  bar.start(1, 0, { words: 'queued' });
  return {
    show: (summary) => bar.update(summary.progress.fraction, { words: sweepWords(summary) }),
    end: () => bar.stop(),
  };
}

function sweepLines(context: Context): SweepDisplay {
  let before = 0;
  return {
    show(summary) {
      if (summary.ended > before) context.note(sweepWords(summary));
      before = summary.ended;
    },
    end: () => undefined,
  };
}

/** e.g. `3 of 12 ended, 1 failed, 2 active` */
function sweepWords({ ended, total, states }: SweepSummary): string {
  const others = (['failed', 'cancelled', 'active'] as const).filter((state) => states[state] > 0);
  return [`${ended} of ${total} ended`, ...others.map((state) => `${states[state]} ${state}`)].join(', ');
}

function barDisplay(context: Context): JobDisplay {
  const bar = new cliProgress.SingleBar({
    ...barOptions(context),
    format: '{bar} {percentage}% {words}',
  });
  bar.start(1, 0, { words: 'queued' });
  return {
    show(event) {
      if (event.type === 'progress') bar.update(event.data.fraction, { words: progressWords(event.data) });
      if (event.type === 'state') bar.update({ words: event.data.state });
      if (event.type === 'log')
        context.stderr.write(`\r\u001b[K${event.data.level}: ${plainText(event.data.message)}\n`);
    },
    waits: (reason) => context.stderr.write(`\r\u001b[K${plainText(reason)}\n`),
    end: () => bar.stop(),
  };
}

function lineDisplay(context: Context): JobDisplay {
  let step: string | undefined;
  return {
    show(event) {
      if (event.type === 'state') context.note(event.data.state);
      if (event.type === 'log') context.note(`${event.data.level}: ${plainText(event.data.message)}`);
      if (event.type === 'progress' && event.data.step !== undefined && event.data.step !== step) {
        step = event.data.step;
        context.note(`step ${step}`);
      }
    },
    waits: (reason) => context.note(plainText(reason)),
    end: () => undefined,
  };
}

/** e.g. `parameter.reco, iteration 3 of 20, 12.5 s left` */
export function progressWords({ step, iteration, iterations, secondsLeft, message }: Progress): string {
  const parts = [
    step,
    iteration === undefined
      ? undefined
      : `iteration ${iteration}${iterations === undefined ? '' : ` of ${iterations}`}`,
    secondsLeft === undefined ? undefined : `${secondsText(secondsLeft)} left`,
    message,
  ];
  return plainText(parts.filter((part) => part !== undefined).join(', '));
}

function barOptions({ stderr }: Context): cliProgress.Options {
  return {
    stream: stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    // Signals are handled in one place, which also cancels the job.
    gracefulExit: false,
  };
}
