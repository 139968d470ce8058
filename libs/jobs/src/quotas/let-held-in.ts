import type { OpenedControl } from '../ledger/job-control.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Quotas } from './quotas.js';

/**
 * Puts the sub-jobs of those jobs on their queues that were held back by a quota and may begin now. Should the process die in
 * between, the reconciler finds them missing there.
 */
export function letHeldIn(
  quotas: Pick<Quotas, 'letIn'>,
  { ledger, enqueue }: { readonly ledger: Pick<Ledger, 'head' | 'openSubjobs'> } & Pick<OpenedControl, 'enqueue'>,
): () => Promise<void> {
  return async () => {
    for (const id of await quotas.letIn()) {
      const head = await ledger.head(id);
      if (head !== undefined) await enqueue(await ledger.openSubjobs(id), head);
    }
  };
}
