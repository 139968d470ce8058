import { jobsRunBy, quantity, type WorkerRecord } from '@rondel/contracts';
import { useMutation } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ConfirmDialog } from '../display/confirm-dialog.js';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';
import { useFleetChange } from './use-fleet.js';

/** Asks a worker to leave. */
export function WorkerActions({ worker }: { readonly worker: WorkerRecord }) {
  const { id, state } = worker;
  const server = useServer();
  const change = useFleetChange();
  const [asking, setAsking] = useState(false);
  const drain = useMutation({
    mutationFn: () => server.drainWorker(id),
    networkMode: 'always',
    onSuccess: () =>
      change((fleet) => ({
        ...fleet,
        workers: fleet.workers.map((other) => (other.id === id ? { ...other, state: 'draining' as const } : other)),
      })),
  });
  if (state === 'lost') return null;
  const leaving = state === 'draining' || drain.isSuccess;
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={leaving || drain.isPending}
        aria-label={`Drain worker ${id}`}
        onClick={() => setAsking(true)}
      >
        {leaving ? 'Leaving' : 'Drain'}
      </button>
      {asking && (
        <ConfirmDialog
          question={`Drain worker ${id}?`}
          word="Drain"
          onConfirm={() => drain.mutate()}
          onClose={() => setAsking(false)}
        >
          {consequence(worker)}
        </ConfirmDialog>
      )}
      {drain.isError && <ErrorText error={drain.error} />}
    </>
  );
}

function consequence(worker: WorkerRecord): string {
  const { pools, host } = worker;
  const running = jobsRunBy(worker);
  const jobs = running === 1 ? 'the job it runs' : `the ${quantity(running, 'job')} it runs`;
  const work =
    running === 0
      ? 'It runs nothing now, takes nothing more and ends.'
      : `It takes nothing more and finishes ${jobs}; what does not end within its grace period goes back to the queue and starts anew elsewhere. Then the worker ends.`;
  return `${work} Pool ${pools.join(', ')} has one worker less until one is started again on ${host} or elsewhere.`;
}
