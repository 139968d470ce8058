import { joinWarnings, type Progress, type StepRecord, type Warning } from '@rondel/contracts';
import type { BegunAttempt, Jobs } from '@rondel/jobs';
import type { Logger } from '@rondel/telemetry';
import type { RunEvents } from './executor-process.js';

/** How often progress reaches Redis at most. */
const reportEveryMs = 500;

export interface Reporter extends Omit<RunEvents, 'onAsk'> {
  /** Whether the executor has drawn a preview. */
  previewed(): boolean;
  /** What the executor has been warned of so far. */
  warnings(): readonly Warning[];
  /** Stops reporting, after the last warnings, and returns the steps as they stand. */
  stop(): StepRecord[];
}

/** Gathers what the executor says and passes it on at a bounded rate. */
export function startReporter(attempt: BegunAttempt, jobs: Jobs, worker: string, logger: Logger): Reporter {
  const { leg, head } = attempt;
  const isBlock = head.stages[leg.stage]?.axis !== undefined;
  const steps = new Map<string, StepRecord>();
  let progress: Progress | undefined;
  let timer: NodeJS.Timeout | undefined;
  let previewed = false;
  let warnings: readonly Warning[] = [];
  let unsaid = false;
  const send = (report: Parameters<Jobs['ledger']['report']>[1]) => {
    jobs.ledger
      .report(attempt, report)
      .catch((error: unknown) => logger.warn({ err: error }, 'progress was not stored'));
  };
  const flush = () => {
    timer = undefined;
    send({ steps: [...steps.values()], ...(progress && { progress }), ...(unsaid && { warnings }) });
    unsaid = false;
  };
  const soon = () => (timer ??= setTimeout(flush, reportEveryMs));
  return {
    onProgress(latest) {
      progress = latest;
      soon();
    },
    onStep(step) {
      steps.set(step.path, { ...step, worker });
      soon();
    },
    // The executor bounds the rate.
    onPreview(preview) {
      previewed = true;
      send({ preview: { ...preview, ...(isBlock && { block: `${leg.stage}.${leg.block}` }) } });
    },
    onWarning(warning) {
      warnings = joinWarnings(warnings, [warning]);
      unsaid = true;
      soon();
    },
    previewed: () => previewed,
    warnings: () => warnings,
    onLog: (level, message) => send({ log: { level, message } }),
    stop() {
      clearTimeout(timer);
      if (unsaid) send({ warnings });
      unsaid = false;
      return [...steps.values()].map((step) =>
        ['active', 'waiting'].includes(step.state) ? { ...step, state: 'failed' } : step,
      );
    },
  };
}
