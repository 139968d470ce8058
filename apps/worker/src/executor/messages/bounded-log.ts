import { quantity } from '@rondel/contracts';
type Say = (level: 'info' | 'warn', message: string) => void;

/** What is said in a job's log lies in Redis for a week, and is sent to all who watch the job. */
export const logLimits = { lineCharacters: 2000, linesAtOnce: 100, linesPerSecond: 20, linesInAll: 1000 };

export interface BoundedLog {
  readonly say: Say;
  /** Tells what was left out since the last line that was said; at the end of a run. */
  readonly end: () => void;
}

/** Passes on what a step says as far as people can read it, and counts the rest. */
export function openBoundedLog(say: Say, now: () => number = () => performance.now()): BoundedLog {
  let left = logLimits.linesInAll;
  let [due, at] = [logLimits.linesAtOnce, now()];
  let omitted = 0;
  const mayBeSaid = () => {
    const time = now();
    due = Math.min(logLimits.linesAtOnce, due + ((time - at) / 1000) * logLimits.linesPerSecond);
    at = time;
    return due >= 1 && left > 0;
  };
  const tellOmitted = () => {
    if (omitted > 0) say('warn', `${quantity(omitted, 'line')} of the log left out here.`);
    omitted = 0;
  };
  return {
    say(level, message) {
      if (!mayBeSaid()) {
        omitted += 1;
        return;
      }
      due -= 1;
      left -= 1;
      tellOmitted();
      say(level, shortened(message));
    },
    end: tellOmitted,
  };
}

/** Cut where it is too long, with how much is missing. */
export function shortened(message: string): string {
  const most = logLimits.lineCharacters;
  return message.length <= most ? message : `${message.slice(0, most)}… (${message.length - most} characters left out)`;
}
