import type { LivePlan } from '@rondel/client';
import { useMutation } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ForRole } from '../access/for-role.js';
import { ConfirmDialog } from '../display/confirm-dialog.js';
import { ErrorText } from '../display/error-text.js';
import { planAddress, submitAddress } from '../routing/route.js';

/** What can be done with a live plan as a whole. */
export function SessionActions({ live, job }: { readonly live: LivePlan; readonly job: string | undefined }) {
  const { id } = live;
  const [asking, setAsking] = useState(false);
  const fork = useMutation({
    mutationFn: () => live.fork(),
    networkMode: 'always',
    onSuccess: (copy) => window.location.assign(planAddress(copy.id, job)),
  });
  const close = useMutation({
    mutationFn: () => live.close(),
    networkMode: 'always',
    onSuccess: () => window.location.assign('#/plans'),
  });
  const error = fork.error ?? close.error;
  return (
    <>
      <a class="button small" href={`/v1/plans/${id}/toml`}>
        TOML
      </a>
      <ForRole role="submitter">
        <button type="button" class="small" disabled={fork.isPending} onClick={() => fork.mutate()}>
          Copy
        </button>
        <button type="button" class="small" disabled={close.isPending} onClick={() => setAsking(true)}>
          End
        </button>
        <a class="button primary" href={submitAddress({ session: id, job })}>
          Submit this plan
        </a>
      </ForRole>
      {asking && (
        <ConfirmDialog
          question="End this live plan?"
          word="End it"
          keep="Keep it"
          onConfirm={() => close.mutate()}
          onClose={() => setAsking(false)}
        >
          Everybody who has it open loses it. Jobs that were submitted from it keep the plan as it was then.
        </ConfirmDialog>
      )}
      {error !== null && <ErrorText error={error} />}
    </>
  );
}
