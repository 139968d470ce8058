import { isTerminal, type Job } from '@rondel/contracts';
import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';

/** Cancels a job that runs or waits; runs one again that has ended. */
export function JobActions({ job }: { readonly job: Job }) {
  const server = useServer();
  const queries = useQueryClient();
  const ended = isTerminal(job.state);
  const action = useMutation({
    mutationFn: () => (ended ? server.retry(job.id) : server.cancel(job.id)),
    networkMode: 'always',
    onSuccess: (changed) => {
      queries.setQueryData(['job', job.id], changed);
      return queries.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  const word = ended ? 'Retry' : 'Cancel';
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={action.isPending}
        aria-label={`${word} job ${job.id}`}
        onClick={() => action.mutate()}
      >
        {word}
      </button>
      {action.isError && <ErrorText error={action.error} />}
    </>
  );
}
