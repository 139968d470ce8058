import { isTerminal, type Job } from '@rondel/contracts';
import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ConfirmDialog } from '../display/confirm-dialog.js';
import { ErrorText } from '../display/error-text.js';
import { useNames } from '../names/names-context.js';
import { jobAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';

/** Cancels a job that runs or waits, after asking; runs one again that has ended, a completed one as a new job. */
export function JobActions({ job }: { readonly job: Job }) {
  const server = useServer();
  const queries = useQueryClient();
  const names = useNames();
  const [asking, setAsking] = useState(false);
  const ended = isTerminal(job.state);
  const action = useMutation({
    mutationFn: () => (ended ? server.retry(job.id) : server.cancel(job.id)),
    networkMode: 'always',
    onSuccess: (changed) => {
      queries.setQueryData(['job', changed.id], changed);
      if (changed.id !== job.id) window.location.assign(jobAddress(changed.id));
      return queries.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  const word = wordFor(job);
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={action.isPending}
        aria-label={`${word} job ${job.id}`}
        title={job.state === 'completed' ? 'As a new job; this one keeps its image.' : undefined}
        onClick={() => (ended ? action.mutate() : setAsking(true))}
      >
        {word}
      </button>
      {asking && (
        <ConfirmDialog
          question={`Cancel ${names.ofJob(job)}?`}
          word="Cancel the job"
          keep="Keep running"
          onConfirm={() => action.mutate()}
          onClose={() => setAsking(false)}
        >
          {job.state === 'active'
            ? 'What it has computed so far is lost, but for its last preview and the curve of its residual. It can be run again from the beginning.'
            : 'It loses its place in the queue. It can be run again later.'}
        </ConfirmDialog>
      )}
      {action.isError && <ErrorText error={action.error} about={job} />}
    </>
  );
}

function wordFor({ state }: Job): 'Cancel' | 'Run again' | 'Retry' {
  if (!isTerminal(state)) return 'Cancel';
  return state === 'completed' ? 'Run again' : 'Retry';
}
