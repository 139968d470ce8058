import type { Sweep } from '@rondel/contracts';
import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ConfirmDialog } from '../display/confirm-dialog.js';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';

/** Cancels what has not ended of a sweep. */
export function SweepActions({ sweep: { id, ended, total } }: { readonly sweep: Sweep }) {
  const server = useServer();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const cancel = useMutation({
    mutationFn: () => server.cancelSweep(id),
    networkMode: 'always',
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sweep', id] }),
  });
  const open = total - ended;
  if (open === 0) return null;
  return (
    <>
      <button type="button" class="small" disabled={cancel.isPending} onClick={() => setAsking(true)}>
        Cancel sweep
      </button>
      {asking && (
        <ConfirmDialog
          question={open === 1 ? 'Cancel the job that has not ended?' : `Cancel the ${open} jobs that have not ended?`}
          word="Cancel sweep"
          keep="Keep running"
          onConfirm={() => cancel.mutate()}
          onClose={() => setAsking(false)}
        >
          {ended === 0 ? 'None has ended yet.' : `The ${ended} that have ended stay as they are, with their images.`}
        </ConfirmDialog>
      )}
      {cancel.isError && <ErrorText error={cancel.error} />}
    </>
  );
}
