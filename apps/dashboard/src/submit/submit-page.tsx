import { planFromTree } from '@rondel/plan';
import { useQuery } from '@tanstack/preact-query';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';
import type { SessionPlan } from './chosen-plan.js';
import { SubmitForm } from './submit-form.js';

interface SubmitPageProps {
  /** Name of the plan to begin with. */
  readonly plan: string | undefined;
  /** Data reference to begin with. */
  readonly data: string | undefined;
  /** Id of a live plan to begin with. */
  readonly session: string | undefined;
}

/** A new job: data, plan, parameters. */
export function SubmitPage({ plan, data, session }: SubmitPageProps) {
  const server = useServer();
  const live = useQuery({
    queryKey: ['session', session],
    queryFn: async ({ signal }): Promise<SessionPlan> => {
      const plan = await server.plan({ session: session ?? '' }, { signal });
      return { id: plan.id, node: planFromTree(await plan.tree({ signal })) };
    },
    enabled: session !== undefined,
    // Bigints in the tree keep the query from being compared by its JSON.
    structuralSharing: false,
    // A form must not change under somebody's hands.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: ({ signal }) => server.catalog({ signal }) });
  const pools = useQuery({ queryKey: ['pools'], queryFn: ({ signal }) => server.pools({ signal }) });
  const error = catalog.data === undefined ? catalog.error : live.error;
  const names = pools.data?.map(({ name }) => name) ?? [];
  return (
    <>
      <div class="page-head">
        <h1>Submit a job</h1>
      </div>
      {error !== null && <ErrorText error={error} />}
      {catalog.data !== undefined && (session === undefined || live.data !== undefined) && (
        <SubmitForm catalog={catalog.data} pools={names} plan={plan} data={data} session={live.data} />
      )}
    </>
  );
}
