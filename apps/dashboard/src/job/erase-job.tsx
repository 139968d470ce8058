import { isTerminal, type Erasure, type Job } from '@rondel/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ConfirmDialog } from '../display/confirm-dialog.js';
import { ErrorText } from '../display/error-text.js';
import { useNames } from '../names/names-context.js';
import { useServer } from '../server/server-context.js';
import { artifactWords } from './artifact-words.js';

interface EraseJobProps {
  readonly job: Job;
  readonly onErased: (erasure: Erasure) => void;
}

/** Removes a job for good, after saying what goes with it. */
export function EraseJob({ job, onErased }: EraseJobProps) {
  const server = useServer();
  const queries = useQueryClient();
  const names = useNames();
  const [asking, setAsking] = useState(false);
  const action = useMutation({
    mutationFn: () => server.erase(job.id),
    networkMode: 'always',
    onSuccess: (erasure) => {
      onErased(erasure);
      return queries.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={action.isPending}
        aria-label={`Erase job ${job.id}`}
        onClick={() => setAsking(true)}
      >
        Erase
      </button>
      {asking && (
        <ConfirmDialog
          question={`Erase ${names.ofJob(job)} for good?`}
          word="Erase the job"
          keep="Keep it"
          onConfirm={() => action.mutate()}
          onClose={() => setAsking(false)}
        >
          <Consequence job={job} />
        </ConfirmDialog>
      )}
      {action.isError && <ErrorText error={action.error} about={job} />}
    </>
  );
}

/** What goes and what stays, as the server finds it at this moment. */
function Consequence({ job }: { readonly job: Job }) {
  const server = useServer();
  const { data, error } = useQuery({
    queryKey: ['erasure', job.id],
    queryFn: ({ signal }) => server.erasureOutlook(job.id, { signal }),
    // Whoever asks once more wants to know what is so now.
    gcTime: 0,
  });
  const traces = 'its state and events, its record with plan, title, labels and provenance, previews and checkpoints';
  const gone = [traces, ...artifactWords(data?.artifacts ?? [], job)];
  return (
    <>
      Of job {job.id} these go: {gone.join(', ')}. {!isTerminal(job.state) && 'It is cancelled first. '}
      {data === undefined && error === null && 'Looking up which of its files go, too ... '}
      {error !== null && 'Its image and uploads go, too, unless something else names them. '}
      {data !== undefined && <Kept job={job} kept={data.kept} />}
      Nobody can bring it back.
    </>
  );
}

function Kept({ job, kept }: { readonly job: Job; readonly kept: Erasure['kept'] }) {
  const names = useNames();
  if (kept.length === 0) return null;
  const wordsOf = new Map<string, string[]>();
  for (const { artifact, reason } of kept) {
    const [word = names.ofData(artifact)] = artifactWords([artifact], job);
    wordsOf.set(reason, [...(wordsOf.get(reason) ?? []), word]);
  }
  const each = [...wordsOf].map(([reason, words]) => `${words.join(' and ')} (${reason.replace(/\.$/, '')})`);
  return <>What stays: {each.join(', ')}. </>;
}
