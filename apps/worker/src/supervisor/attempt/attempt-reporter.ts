import { joinWarnings, type Progress, type ResidualPoint, type StepRecord, type Warning } from '@rondel/contracts';
import type { BegunAttempt, Jobs } from '@rondel/jobs';
import type { Logger } from '@rondel/telemetry';
import type { RunEvents } from '../process/executor-process.js';

/** How often progress reaches Redis at most. */
const reportEveryMs = 500;
/** Points of the residual's curve that one report has at most. */
const mostPoints = 256;

export interface Reporter extends Omit<RunEvents, 'onAsk'> {
  /** What the executor has been warned of so far. */
  warnings(): readonly Warning[];
  /**
   * Stops reporting, after the last warnings, and returns the steps as they stand: what runs has failed, what has not
   * begun is not told of.
   */
  stop(): StepRecord[];
}

/** Gathers what the executor says and passes it on at a bounded rate. */
export function startReporter(attempt: BegunAttempt, jobs: Jobs, worker: string, logger: Logger): Reporter {
  const { subjob, head } = attempt;
  const isBlock = head.stages[subjob.stage]?.axis !== undefined;
  const steps = new Map<string, StepRecord>();
  let progress: Progress | undefined;
  let timer: NodeJS.Timeout | undefined;
  let residuals: ResidualPoint[] = [];
  let warnings: readonly Warning[] = [];
  let unsaid = false;
  const send = (report: Parameters<Jobs['ledger']['report']>[1]) => {
    jobs.ledger
      .report(attempt, report)
      .catch((error: unknown) => logger.warn({ err: error }, 'progress was not stored'));
  };
  const flush = () => {
    timer = undefined;
    send({ steps: [...steps.values()], ...(progress && { progress }), ...(unsaid && { warnings }), residuals });
    unsaid = false;
    residuals = [];
  };
  const soon = () => (timer ??= setTimeout(flush, reportEveryMs));
  return {
    onProgress(latest) {
      progress = latest;
      const { iteration, residual } = latest;
      if (iteration !== undefined && residual !== undefined) residuals.push({ iteration, residual });
      if (residuals.length > mostPoints) residuals = residuals.filter((_, index) => index % 2 === 1);
      soon();
    },
    onStep(step) {
      steps.set(step.path, { ...step, worker });
      soon();
    },
    // The executor bounds the rate.
    onPreview(preview) {
      send({ preview: { ...preview, ...(isBlock && { block: `${subjob.stage}.${subjob.block}` }) } });
    },
    onWarning(warning) {
      warnings = joinWarnings(warnings, [warning]);
      unsaid = true;
      soon();
    },
    warnings: () => warnings,
    onLog: (level, message) => send({ log: { level, message } }),
    stop() {
      clearTimeout(timer);
      // The record shall have the end of the curve too.
      if (unsaid || residuals.length > 0) send({ ...(unsaid && { warnings }), residuals });
      unsaid = false;
      return [...steps.values()].map((step) =>
        ['active', 'waiting'].includes(step.state) ? { ...step, state: 'failed' } : step,
      );
    },
  };
}
