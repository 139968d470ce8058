import { quantity, type JobCounts } from '@rondel/contracts';
import type { JobFilterQuery, JobsMeant } from '@rondel/client';
import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ConfirmDialog } from '../display/confirm-dialog.js';
import { ErrorText } from '../display/error-text.js';
import { useNames } from '../names/names-context.js';
import { useServer } from '../server/server-context.js';

interface BulkActionsProps {
  readonly chosen: ReadonlySet<string>;
  /** Jobs of the page that is shown. */
  readonly page: readonly string[];
  readonly filter: JobFilterQuery;
  readonly counts: JobCounts | undefined;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
}

interface Asked {
  readonly word: 'Cancel' | 'Retry';
  readonly jobs: JobsMeant;
  readonly count: number;
}

/** Cancels or retries many jobs: those that were chosen, or all that the filter finds. */
export function BulkActions({ chosen, page, filter, counts, onChoose }: BulkActionsProps) {
  const server = useServer();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Asked>();
  const action = useMutation({
    mutationFn: ({ word, jobs }: Asked) => (word === 'Cancel' ? server.cancelJobs(jobs) : server.retryJobs(jobs)),
    networkMode: 'always',
    onSuccess: () => {
      onChoose(new Set());
      return queries.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  const all = page.length > 0 && page.every((id) => chosen.has(id));
  const few = chosen.size > 0;
  const jobs: JobsMeant = few ? { ids: [...chosen] } : { filter };
  const open = few ? chosen.size : countIn(counts, filter, ['queued', 'waiting', 'active']);
  const ended = few ? chosen.size : countIn(counts, filter, ['failed', 'cancelled']);
  const ask = (word: Asked['word'], count: number) => () => setAsked({ word, jobs, count });
  return (
    <div class="controls bulk" role="group" aria-label="Many jobs">
      <label>
        <input
          type="checkbox"
          checked={all}
          disabled={page.length === 0}
          onChange={() => onChoose(all ? new Set() : new Set([...chosen, ...page]))}
        />
        This page
      </label>
      <span class="faint" role="status">
        {few ? `${chosen.size} chosen` : 'All that the filter finds:'}
      </span>
      <button type="button" class="small" disabled={open === 0 || action.isPending} onClick={ask('Cancel', open)}>
        Cancel {open}
      </button>
      <button type="button" class="small" disabled={ended === 0 || action.isPending} onClick={ask('Retry', ended)}>
        Retry {ended}
      </button>
      {few && (
        <button type="button" class="small" onClick={() => onChoose(new Set())}>
          Choose none
        </button>
      )}
      {action.data !== undefined && <Outcome {...action.data} />}
      {action.isError && <ErrorText error={action.error} />}
      {asked !== undefined && (
        <ConfirmDialog
          question={`${asked.word} ${quantity(asked.count, 'job')}?`}
          word={asked.word === 'Cancel' ? 'Cancel them' : 'Run them again'}
          keep="Leave them"
          onConfirm={() => action.mutate(asked)}
          onClose={() => setAsked(undefined)}
        >
          {asked.word === 'Cancel'
            ? 'Those that have ended stay as they are. What the others have computed so far is lost; they can be run again.'
            : 'Completed ones keep their images: each of them is run again as a new job.'}
        </ConfirmDialog>
      )}
    </div>
  );
}

function Outcome({
  done,
  refused,
}: {
  readonly done: number;
  readonly refused: readonly { readonly reason: string }[];
}) {
  const names = useNames();
  const [first] = refused;
  return (
    <span class="faint" role="status">
      Done for {done}.{first !== undefined && ` Not for ${refused.length}: ${names.in(first.reason)}`}
    </span>
  );
}

function countIn(
  counts: JobCounts | undefined,
  { state }: JobFilterQuery,
  states: readonly (keyof JobCounts['states'])[],
): number {
  const meant = states.filter((one) => state === undefined || one === state);
  return meant.reduce((sum, one) => sum + (counts?.states[one] ?? 0), 0);
}
