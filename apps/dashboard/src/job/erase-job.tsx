import { isTerminal, type Erasure, type Job } from '@rondel/contracts';
import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ConfirmDialog } from '../display/confirm-dialog.js';
import { ErrorText } from '../display/error-text.js';
import { useNames } from '../names/names-context.js';
import { jobsAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';

/** Removes a job for good, after asking, and then says what went and what stays. */
export function EraseJob({ job }: { readonly job: Job }) {
  const server = useServer();
  const queries = useQueryClient();
  const names = useNames();
  const [asking, setAsking] = useState(false);
  const action = useMutation({
    mutationFn: () => server.erase(job.id),
    networkMode: 'always',
    onSuccess: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  });
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={action.isPending || action.isSuccess}
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
          {consequence(job)}
        </ConfirmDialog>
      )}
      {action.isError && <ErrorText error={action.error} />}
      {action.data !== undefined && <Erased erasure={action.data} />}
    </>
  );
}

/** What goes, and what stays in any case. */
function consequence({ id, state, data, result }: Job): string {
  const references = typeof data === 'string' ? [data] : Object.values(data);
  const uploads = references.filter((reference) => reference.startsWith('artifact:')).length;
  const inRoots = references.filter((reference) => reference.startsWith('root:')).length;
  const gone = [
    'its state and events, its record with plan, title, labels and provenance, previews and checkpoints',
    ...(result === undefined || result.collectedAt !== undefined ? [] : ['its image']),
    ...(uploads === 0 ? [] : [uploads === 1 ? 'its uploaded file' : `its ${uploads} uploaded files`]),
  ];
  return [
    `Of job ${id} these go: ${gone.join(', ')}.`,
    ...(isTerminal(state) ? [] : ['It is cancelled first.']),
    'Images and uploads that another job, a sweep, a warm algorithm or a live plan needs stay.',
    ...(inRoots === 0 ? [] : ['Files in data roots are never touched.']),
    'Nobody can bring it back.',
  ].join(' ');
}

function Erased({ erasure: { erased, kept } }: { readonly erasure: Erasure }) {
  const names = useNames();
  return (
    <section class="notice notice-warn erased" role="status" aria-label="Erased">
      <p>
        {erased.length > 0 ? `The job is erased: ${erased.join(', ')}.` : 'The job was erased before.'} What you see is
        what this page still remembers. <a href={jobsAddress({})}>See the jobs</a>.
      </p>
      {kept.map(({ artifact, reason }) => (
        <p key={artifact}>
          <span class="mono">{names.ofData(artifact)}</span> stays: {reason}
        </p>
      ))}
    </section>
  );
}
