import { quantity, type AlgorithmRecord } from '@rondel/contracts';
import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ConfirmDialog } from '../display/confirm-dialog.js';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';

/** Closes a warm algorithm, after asking. */
export function AlgorithmActions({ algorithm: { id, pending, ready } }: { readonly algorithm: AlgorithmRecord }) {
  const server = useServer();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const close = useMutation({
    mutationFn: () => server.openAlgorithm(id).close(),
    networkMode: 'always',
    onSuccess: () => queries.invalidateQueries({ queryKey: ['algorithms'] }),
  });
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={close.isPending}
        aria-label={`Close algorithm ${id}`}
        onClick={() => setAsking(true)}
      >
        Close
      </button>
      {asking && (
        <ConfirmDialog
          question={`Close algorithm ${id}?`}
          word="Close it"
          keep="Keep it"
          onConfirm={() => close.mutate()}
          onClose={() => setAsking(false)}
        >
          {pending > 0 &&
            `${quantity(pending, 'input')} of it that ${pending === 1 ? 'has' : 'have'} not ended go: they are cancelled. `}
          {ready > 0 && `Nobody has taken ${quantity(ready, 'result')} yet: the images stay with their jobs. `}
          It takes no further input, and its worker may forget it.
        </ConfirmDialog>
      )}
      {close.isError && <ErrorText error={close.error} />}
    </>
  );
}
