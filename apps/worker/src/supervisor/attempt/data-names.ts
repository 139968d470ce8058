import { splitFragment, splitStoredAs, type DataNames, type Failure } from '@rondel/contracts';
import type { RunEnd, RunEvents } from '../process/executor-process.js';

/** A sentence with the names of files in place of references. */
type SayNames = (text: string) => string;

/**
 * Readers and steps name files by their references, which are the same for everybody who uses a file; what is shared
 * between jobs must not hold one person's names. So a job's own names are put in here, on the way to its record.
 */
export function dataNamer(data: Readonly<Record<string, string>>, names: DataNames = {}): SayNames {
  const pairs = Object.entries(names).flatMap(([key, name]): [string, string][] => {
    const reference = data[key];
    return reference === undefined ? [] : [[splitFragment(splitStoredAs(reference)[0])[0], name]];
  });
  return (text) => pairs.reduce((said, [reference, name]) => said.replaceAll(reference, () => name), text);
}

/** What a run says on its way. */
export function namedEvents(events: RunEvents, say: SayNames): RunEvents {
  const { onLog, onWarning } = events;
  return {
    ...events,
    onLog: (level, message) => onLog(level, say(message)),
    onWarning: (warning) => onWarning({ ...warning, message: say(warning.message) }),
  };
}

/** How a run ended. */
export function namedEnd(end: RunEnd, say: SayNames): RunEnd {
  return end.kind === 'failed' ? { ...end, failure: namedFailure(end.failure, say) } : end;
}

function namedFailure({ message, problems, ...failure }: Failure, say: SayNames): Failure {
  return {
    ...failure,
    message: say(message),
    ...(problems && { problems: problems.map((problem) => ({ ...problem, message: say(problem.message) })) }),
  };
}
