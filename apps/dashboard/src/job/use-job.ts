import { isRondelError, isTerminal, type Job, type Preview, type ResidualPoint } from '@rondel/contracts';
import type { ReceivedEvent } from '@rondel/client';
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import pRetry from 'p-retry';
import { useEffect, useState } from 'preact/hooks';
import { untilServerIsBack } from '../server/until-server-is-back.js';
import { useServer } from '../server/server-context.js';
import { withEvent } from './residual-points.js';

/** The stream tells what happens; this catches what has no event, such as the place in the queue. */
const refreshEveryMs = 3000;
/** One that has ended may be run again or erased by somebody else. */
const seldomMs = 10_000;
const longestLog = 200;

export interface LogLine {
  readonly level: 'info' | 'warn';
  readonly message: string;
}

/** A job as it stands, kept fresh by its event stream until it has ended. */
export function useJob(id: string) {
  const server = useServer();
  const queries = useQueryClient();
  const job = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => server.job(id, { signal }),
  });
  const running = job.data === undefined || !isTerminal(job.data.state);
  useEffect(() => {
    // The query's own interval would begin anew with every event that changes the job.
    const everyMs = running ? refreshEveryMs : seldomMs;
    const timer = setInterval(() => void queries.invalidateQueries({ queryKey: ['job', id] }), everyMs);
    return () => clearInterval(timer);
  }, [id, running, queries]);
  const told = useJobEvents(id, job.data === undefined ? undefined : isTerminal(job.data.state));
  const kept = useKeptResiduals(id, job.data);
  return { job: job.data, error: job.error, ...told, residuals: kept ?? told.residuals };
}

/** The curve that was kept with an ended job: its events tell only of the last part of a long one, and not for ever. */
function useKeptResiduals(id: string, job: Job | undefined): readonly ResidualPoint[] | undefined {
  const server = useServer();
  const { data } = useQuery({
    queryKey: ['residuals', id, job?.attempts.made],
    queryFn: ({ signal }) => server.residuals(id, { signal }),
    enabled: job?.preview !== undefined && isTerminal(job.state),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data !== undefined && data.residuals.length > 0 ? data.residuals : undefined;
}

interface Told {
  readonly log: readonly LogLine[];
  readonly residuals: readonly ResidualPoint[];
}

/** Follows the events of a job; a job that is run again is followed again. */
function useJobEvents(id: string, ended: boolean | undefined): Told {
  const server = useServer();
  const queries = useQueryClient();
  const [log, setLog] = useState<readonly LogLine[]>([]);
  const [residuals, setResiduals] = useState<readonly ResidualPoint[]>([]);
  useEffect(() => {
    if (ended === undefined) return;
    const leaving = new AbortController();
    const take = (event: ReceivedEvent) => {
      setResiduals((points) => withEvent(points, event));
      const line = lineOf(event);
      if (line !== undefined) setLog((lines) => [...lines, line].slice(-longestLog));
      if (event.type === 'log') return;
      if (event.type === 'progress') {
        queries.setQueryData<Job>(['job', id], (job) => job && { ...job, progress: event.data });
      } else if (event.type === 'preview') {
        queries.setQueryData<Job>(['job', id], (job) => job && withPreview(job, event.data));
      } else void queries.invalidateQueries({ queryKey: ['job', id] });
    };
    setLog([]);
    setResiduals([]);
    void follow((options) => server.events(id, options), take, leaving.signal);
    return () => leaving.abort();
  }, [id, ended, queries, server]);
  return { log, residuals };
}

/** What an event adds to the log: what the job says, and that it began again. */
function lineOf(event: ReceivedEvent): LogLine | undefined {
  if (event.type === 'log') return event.data;
  if (event.type !== 'state' || event.data.state !== 'active' || event.data.attempt < 2) return undefined;
  return { level: 'warn', message: `Attempt ${event.data.attempt} began: the one before was lost or handed back.` };
}

/** Events that are told again, from before the page was opened, change nothing. */
function withPreview(job: Job, preview: Preview): Job {
  const isOld = job.preview !== undefined && preview.iteration < job.preview.iteration;
  return isOld || isTerminal(job.state) ? job : { ...job, preview };
}

type OpenEvents = (options: { signal: AbortSignal; lastEventId: string | undefined }) => AsyncGenerator<ReceivedEvent>;

/** Until the job has ended or the page is left; a server that is away is asked again. */
async function follow(open: OpenEvents, take: (event: ReceivedEvent) => void, signal: AbortSignal): Promise<void> {
  let last: string | undefined;
  const followOnce = async () => {
    for await (const event of open({ signal, lastEventId: last })) {
      last = event.id ?? last;
      take(event);
    }
  };
  try {
    await pRetry(followOnce, { ...untilServerIsBack, signal });
  } catch (error) {
    // Nobody looks any more, or the query of the job itself says what is wrong.
    if (!signal.aborted && !isRondelError(error)) throw error;
  }
}
